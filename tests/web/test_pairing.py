"""How a phone comes in and goes out: the panel's window, PINs, cookies, a second phone, a phone revoked."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import CardFull
from appliance.store.durable import Durable
from tests.web.box import PIN, WebBox
from web_ui.limits import Tries

COOKIE = re.compile(
    r"__Host-box-(phone|signin)=([0-9a-f]{32}\.)?[A-Za-z0-9_-]{43}; (Expires=[^;]+; Max-Age=34560000; )?"
    r"Secure; HttpOnly; Path=/; SameSite=Strict"
)


def attributes(cookies: list[str]) -> dict[str, str]:
    return {cookie.partition("=")[0]: cookie for cookie in cookies}


def test_pairing_needs_the_panel(box: WebBox) -> None:
    phone = box.browser()
    refused = phone.pair()
    assert (refused.status, refused.code) == (403, "pairing-closed")
    box.recorder.pen_press()
    assert 118 <= phone.get("/api/hello").json["pairing_open_s"] <= 120
    box.clock.advance(ms=121_000)
    assert phone.get("/api/hello").json["pairing_open_s"] == 0
    assert phone.pair().status == 403
    assert not list(box.home.unlock.glob("*"))


def test_the_first_phone_is_paired_and_unlocked(box: WebBox) -> None:
    phone = box.browser()
    box.recorder.pen_press()
    paired = phone.pair(name="Anna's")
    assert paired.json.items() >= {"paired": True, "unlocked": True, "name": "Anna's"}.items()
    assert phone.get("/api/hello").json.items() >= {"paired": True, "unlocked": True, "phones": 1}.items()
    assert {path.name for path in box.home.unlock.iterdir()} == {
        f"{paired.json['pairing']}.bin",
        "identity.age",
        "recipient.txt",
    }


def test_the_cookies_are_out_of_reach_of_scripts_and_sites(box: WebBox) -> None:
    phone = box.browser()
    box.recorder.pen_press()
    cookies = attributes(phone.pair().headers.getlist("Set-Cookie"))
    assert cookies.keys() == {"__Host-box-phone", "__Host-box-signin"}
    assert all(COOKIE.fullmatch(cookie) for cookie in cookies.values()), cookies
    assert "Max-Age" in cookies["__Host-box-phone"]
    assert "Max-Age" not in cookies["__Host-box-signin"]
    assert attributes(phone.get("/api/hello").headers.getlist("Set-Cookie")).keys() == {"__Host-box-phone"}


def test_the_cookie_s_secret_is_nowhere_on_the_disk(box: WebBox) -> None:
    phone = box.phone()
    secret = (phone.cookie("phone") or "").partition(".")[2]
    assert len(secret) == 43
    assert not any(secret.encode() in path.read_bytes() for path in box.home.root.rglob("*") if path.is_file())


def test_one_press_pairs_one_phone(box: WebBox) -> None:
    box.phone()
    assert box.recorder.pairing_until_us > box.clock.now_us
    second = box.browser()
    assert second.get("/api/hello").json["pairing_open_s"] == 0
    assert second.pair().code == "pairing-closed"
    box.recorder.pen_press()
    assert second.pair().json.items() >= {"name": "phone 2"}.items()


def test_a_second_phone_needs_the_first_to_have_unlocked(box: WebBox) -> None:
    first = box.paired()
    second = box.browser()
    box.recorder.pen_press()
    refused = second.pair()
    assert (refused.status, refused.code) == (403, "pairing-closed")
    assert first.unlock().json == {"unlocked": True}
    assert second.pair("1357").json["unlocked"] is True
    first.post("/api/lock")
    assert second.unlock(PIN).status == 403
    box.clock.advance(ms=2_000)
    assert second.unlock("1357").status == 200


def test_each_phone_gives_its_own_pin(box: WebBox) -> None:
    """That one has unlocked the box does not open it to the other."""
    first = box.phone()
    box.recorder.pen_press()
    second = box.browser()
    second.pair("1357")
    first.post("/api/lock")
    assert first.unlock().status == 200
    assert second.get("/api/sessions").code == "locked"
    assert second.unlock("1357").status == 200
    assert second.get("/api/sessions").status == 200


def test_a_pairing_whose_answer_was_lost_is_answered_again(box: WebBox) -> None:
    """The same op_id gives the same cookie; another one nothing."""
    box.recorder.pen_press()
    op_id = "0601d86e-08f3-49d6-a7ca-1d86d5746346"
    lost, again = box.browser(), box.browser()
    first = lost.post("/api/pair", {"op_id": op_id, "pin": PIN})
    second = again.post("/api/pair", {"op_id": op_id, "pin": PIN})
    assert second.json == first.json
    assert again.get("/api/sessions").status == 200
    assert len(box.site.phones.all()) == 1


@pytest.mark.parametrize("pin", ["", "123", "1" * 13, "12a4", "１２３４", 1234, None, "12 34", "1234\n"])  # noqa: RUF001
def test_a_pin_is_four_to_twelve_digits(box: WebBox, pin: object) -> None:
    box.recorder.pen_press()
    refused = box.browser().post("/api/pair", {"pin": pin})
    assert (refused.status, refused.code) == (400, "bad-input")
    assert box.site.phones.all() == []


def test_a_wrong_pin_delays_the_next_try_and_erases_nothing(box: WebBox) -> None:
    phone = box.paired()
    before = {path.name: path.read_bytes() for path in box.home.unlock.iterdir()}
    waited_s = []
    for _ in range(9):
        assert phone.unlock("0000").code == "wrong-key"
        refused = phone.unlock(PIN)
        assert refused.status == 429
        assert refused.code == "too-often"
        wait_s = int(refused.headers["Retry-After"])
        assert f"{wait_s} s" in refused.json["fault"]["do"]
        waited_s.append(wait_s)
        box.clock.advance(ms=wait_s * 1000)
    assert waited_s == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert box.keeper.tried == 9, "the keeper was asked while the phone had to wait"
    assert phone.unlock().status == 200
    phone.post("/api/lock")
    assert phone.unlock("0000").status == 403
    box.clock.advance(ms=1_000)
    assert phone.unlock().status == 200, "the delay did not begin anew"
    assert {path.name: path.read_bytes() for path in box.home.unlock.iterdir()} == before


def test_a_wrong_pin_of_one_phone_does_not_delay_another(box: WebBox) -> None:
    first = box.phone()
    box.recorder.pen_press()
    second = box.browser()
    second.pair("1357")
    first.post("/api/lock")
    assert first.unlock("0000").status == 403
    assert second.unlock("1357").status == 200


@given(st.lists(st.tuples(st.integers(0, 100_000_000), st.booleans()), max_size=40))
def test_the_delay_never_shrinks_but_by_the_right_pin(steps: list[tuple[int, bool]]) -> None:
    tries, now_us, wrong, next_us = Tries(), 0, 0, 0
    for step_us, right in steps:
        now_us += step_us
        wait_s = tries.begin("phone", now_us)
        assert (wait_s > 0) == (now_us < next_us)
        assert tries.begin("phone", now_us) > 0, "two guesses at once"
        if wait_s:
            continue
        wrong += 1
        next_us = now_us + min(60, 1 << (wrong - 1)) * 1_000_000
        if right:
            tries.right("phone")
            wrong = next_us = 0
            assert tries.begin("phone", now_us) == 0
            wrong, next_us = 1, now_us + 1_000_000


def test_a_phone_that_is_revoked_is_out(box: WebBox) -> None:
    first = box.phone()
    box.recorder.pen_press()
    second = box.browser()
    second_id = second.pair("1357").json["pairing"]
    phones = first.get("/api/phones").json["phones"]
    assert [(phone["name"], phone["this"]) for phone in phones] == [("phone 1", True), ("phone 2", False)]
    assert first.post(f"/api/phones/{second_id}/revoke").json == {"revoked": second_id}
    assert second.get("/api/status").code == "not-paired"
    assert second.unlock("1357").status == 401
    assert not (box.home.unlock / f"{second_id}.bin").exists()
    box.start()
    assert box.again(second).get("/api/status").status == 401
    assert box.again(first).get("/api/status").status == 200


def test_the_last_phone_cannot_be_revoked(box: WebBox) -> None:
    phone = box.phone()
    (this,) = phone.get("/api/phones").json["phones"]
    refused = phone.post(f"/api/phones/{this['id']}/revoke")
    assert (refused.status, refused.code) == (409, "forbidden")
    assert len(box.site.phones.all()) == 1


def test_a_phone_is_known_after_a_restart_and_must_give_its_pin(box: WebBox) -> None:
    phone = box.phone()
    box.start()
    phone = box.again(phone)
    assert phone.get("/api/hello").json.items() >= {"paired": True, "unlocked": False}.items()
    assert phone.get("/api/sessions").code == "locked"
    assert phone.unlock().status == 200
    assert phone.get("/api/sessions").status == 200


@pytest.mark.parametrize("value", ["", "x", "{id}", "{id}.", "{id}.{wrong}", "{id}.{secret}A", "{other}.{secret}"])
def test_a_cookie_that_is_not_the_phone_s_is_a_stranger_s(box: WebBox, value: str) -> None:
    phone = box.phone()
    own, _, secret = (phone.cookie("phone") or "").partition(".")
    told = value.format(id=own, secret=secret, wrong="A" * 43, other="0" * 32)
    phone.take_cookie("phone", told)
    answer = phone.get("/api/status")
    assert (answer.status, answer.code) == (401, "not-paired")


def test_a_full_card_leaves_no_half_pairing(box: WebBox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody could open what would be sealed to the first phone from then on, so the box locks."""

    def full(*_: object) -> None:
        raise CardFull("There is no room left on the card.")

    phone = box.browser()
    box.recorder.pen_press()
    with monkeypatch.context() as patched:
        patched.setattr(Durable, "write_whole", full)
        refused = phone.pair()
    assert (refused.status, refused.code) == (507, "card-full")
    assert not box.keeper.unlocked
    assert phone.get("/api/hello").json["paired"] is False
    assert phone.pair().status == 200
