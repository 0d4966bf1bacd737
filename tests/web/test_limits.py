"""How often one may ask: nobody's flood keeps another out."""

from hypothesis import given
from hypothesis import strategies as st

from tests.web.box import WebBox
from web_ui.limits import ASKERS, Buckets, Rate


@given(
    st.integers(1, 20),
    st.floats(0.1, 50),
    st.lists(st.integers(0, 3_000_000), min_size=1, max_size=100),
)
def test_no_more_pass_than_the_rate_allows(burst: int, per_s: float, steps_us: list[int]) -> None:
    buckets, rate, now_us, passed = Buckets(), Rate(burst, per_s), 0, 0
    for step_us in steps_us:
        now_us += step_us
        wait_s = buckets.wait_s("one", rate, now_us)
        passed += wait_s == 0
        assert 0 <= wait_s <= 1 / per_s
    assert passed <= burst + now_us / 1e6 * per_s + 1e-6


def test_after_the_wait_one_passes() -> None:
    buckets, rate = Buckets(), Rate(1, 0.5)
    assert buckets.wait_s("one", rate, 0) == 0
    assert buckets.wait_s("one", rate, 500_000) == 1.5
    assert buckets.wait_s("one", rate, 2_000_000) == 0


def test_memory_is_bounded() -> None:
    buckets, rate = Buckets(), Rate(1, 1)
    for n in range(3 * ASKERS):
        buckets.wait_s(str(n), rate, 0)
    assert len(buckets._buckets) == ASKERS


def test_a_stranger_s_flood_is_held_up_and_no_phone_s_work(box: WebBox) -> None:
    phone, stranger = box.phone(), box.browser()
    answers = [stranger.client.get("/api/hello", base_url="http://box.localhost:8047") for _ in range(120)]
    held_up = [answer for answer in answers if answer.status_code == 429]
    assert len(held_up) == 21, "the phone paired as a stranger too"
    assert int(held_up[0].headers["Retry-After"]) >= 1
    assert phone.get("/api/status").status == 200
    box.clock.advance(ms=1_000)
    assert stranger.get("/api/hello").status == 200
