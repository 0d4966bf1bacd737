"""Where each film stands, seen without a key: consent on record, on its way, safe at the office."""

from pathlib import Path

import pytest

from appliance.said.trusted import Office, write_office
from appliance.sealing.signing import WriterKey, make_device
from appliance.sealing.statements import make_statement
from appliance.store.layout import SUMS
from appliance.store.sums import file_sha256
from tests.web.box import OFFICE, WebBox, new_op_id

DAY_MS = 86_400_000
STORE = "5" * 32


@pytest.fixture
def box(tmp_path: Path) -> WebBox:
    return WebBox(tmp_path)


def test_a_locked_phone_sees_where_films_stand(box: WebBox) -> None:
    session = box.session(seconds=5, ago_s=60, confirmed=False).id
    told = box.paired().get("/api/carrying").json
    (film,) = told["films"]
    assert (film["id"], film["film_ms"], film["open"]) == (session, 5_000, False)
    assert (film["confirmed"], film["safe"], film["stores"]) == (False, False, 0)
    assert film["erases_ms"] == film["utc_ms"] + 5_000 + 7 * DAY_MS
    assert told["courier"]["state"] == "idle"
    assert told["purged"] == 0


def test_consent_is_confirmed_once_and_in_clear(box: WebBox) -> None:
    session = box.session(confirmed=False).id
    phone, op_id = box.paired(), new_op_id()
    for _ in range(2):
        assert phone.post(f"/api/sessions/{session}/confirm", {"op_id": op_id}).status == 200
    (said,) = [each for each in box.said() if each["kind"] == "confirmed"]
    assert (said["kind"], said["session"], said["id"], said["writer"]) == ("confirmed", session, op_id, "web")
    (film,) = phone.get("/api/carrying").json["films"]
    assert (film["confirmed"], film["erases_ms"]) == (True, None)
    assert box.again(phone).get("/api/carrying").json["films"][0]["confirmed"]


def test_no_consent_for_what_is_not_here(box: WebBox) -> None:
    phone = box.paired()
    for session in ("0" * 32, "x", "A" * 32):
        assert phone.post(f"/api/sessions/{session}/confirm").status == 404
    assert not [each for each in box.said() if each["kind"] == "confirmed"]


def test_what_enough_stores_hold_is_safe(box: WebBox, tmp_path: Path) -> None:
    writer = box.session()
    make_device(tmp_path / "store", ["ingest", "desk"], f"{OFFICE.recipient.text}\n")
    ingest = WriterKey.load(tmp_path / "store", "ingest")
    public = str(ingest.certificate["device_public"])
    write_office(box.home, Office({STORE: public}, frozenset([public]), 1))
    device = WriterKey.load(box.home.device, "web").certificate["device"]
    leaves_ms = box.clock.utc_ms() + 7 * DAY_MS
    told = {"box": device, "session": writer.id, "number": 1, "store": STORE, "bytes": 1, "hold": False}
    sums = {"sums_sha256": file_sha256(box.home.session(writer.id) / SUMS), "purge_after": leaves_ms}
    phone, path = box.paired(), box.home.receipts / f"{writer.id}.{STORE}.json"
    assert not phone.get("/api/carrying").json["films"][0]["safe"]
    box.home.receipts.mkdir()
    for wrong in ({"sums_sha256": "0" * 64}, {"purge_after": None}):
        path.write_bytes(make_statement("receipt", box.clock.utc_ms(), {**told, **sums, **wrong}, ingest))
        assert not phone.get("/api/carrying").json["films"][0]["safe"], "of other bytes, or gone after a week"
    path.write_bytes(make_statement("receipt", box.clock.utc_ms(), {**told, **sums}, ingest))
    (film,) = phone.get("/api/carrying").json["films"]
    assert (film["safe"], film["stores"], film["needed"], film["leaves_ms"]) == (True, 1, 1, leaves_ms)


def test_a_courier_that_is_gone_is_told(box: WebBox) -> None:
    box.courier.gone = True
    phone = box.paired()
    told = phone.get("/api/carrying").json
    assert told["courier"] is None
    assert "does not answer" in told["fault"]["what"]
    assert phone.post("/api/carrying/go").status == 503


def test_the_end_of_a_visit_sends_films_off(box: WebBox) -> None:
    phone = box.phone()
    assert phone.post("/api/end-visit").status == 200
    assert [verb for verb, _ in box.courier.asked] == ["go"]
    box.courier.gone = True
    assert phone.post("/api/end-visit").status == 200


def test_erasing_needs_the_key_and_asks_the_recorder(box: WebBox) -> None:
    session = box.session().id
    phone = box.paired()
    assert phone.post(f"/api/sessions/{session}/erase").status == 403
    assert phone.unlock().status == 200
    assert phone.post(f"/api/sessions/{session}/erase").status == 200
    assert [(verb, fields["session"]) for verb, fields in box.recorder.asked if verb == "erase"] == [("erase", session)]


def test_the_status_says_whether_the_film_in_progress_is_confirmed(box: WebBox) -> None:
    session = box.session(live=True, confirmed=False).id
    phone = box.paired()
    assert phone.get("/api/status").json["confirmed"] is None
    box.recorder.film = {"session": session, "film_ms": 1_000}
    assert phone.get("/api/status").json["confirmed"] is False
    phone.post(f"/api/sessions/{session}/confirm")
    assert phone.get("/api/status").json["confirmed"] is True


def test_film_whose_consent_nobody_confirmed_is_not_shown(box: WebBox) -> None:
    session = box.session(confirmed=False).id
    box.keeper.films[session] = [b"0", b"1"]
    phone = box.phone()
    film = ("", "/index.m3u8", "/init.mp4", "/1.m4s", "/frame.jpg?pts_ms=0", "/pts.json?n=0&count=1")
    told = [phone.get(f"/sessions/{session}{each}") for each in film]
    assert {each.status for each in told} == {409}
    assert "consent" in told[2].text.lower()
    (listed,) = phone.get("/api/sessions").json["sessions"]
    assert (listed["playable"], listed["confirmed"]) == (True, False)
    phone.post(f"/api/sessions/{session}/confirm")
    assert {phone.get(f"/sessions/{session}{each}").status for each in film} == {200}
