"""The exact picture at any time, asked of a real keeper: proven by the number that each picture carries."""

import random
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import NamedTuple

import av
import numpy as np
import numpy.typing as npt
import pytest

from appliance.capture import marker
from appliance.capture.camera import Profile
from appliance.errors import BadInput, FileTampered, NotFound, Unreadable, WrongKey
from appliance.playback.keeper_link import KeeperLink
from appliance.sealing.identities import HybridIdentity
from appliance.segment.events import Segment
from appliance.segment.film_clock import milliseconds
from appliance.store.layout import Home, new_id, segment_name
from tests.playback.homes import Film, begin, drawn, pair, peak_bytes, record, unlock_recipient, write

LARGE = Profile(1920, 1080, 30, 8_000_000)
DRAWS = 150
MB = 1_000_000


class Showing(NamedTuple):
    """An unlocked home with both films in it."""

    home: Home
    link: KeeperLink
    sessions: dict[str, str]
    films: dict[str, Film]


@pytest.fixture(scope="module")
def showing(tmp_path_factory: pytest.TempPathFactory, card: Film, uneven: Film) -> Iterator[Showing]:
    home = Home(tmp_path_factory.mktemp("home"))
    link = KeeperLink(home)
    pair(link, home)
    films = {"card": card, "uneven": uneven}
    sessions = {name: record(home, film.events, unlock_recipient(home)) for name, film in films.items()}
    yield Showing(home, link, sessions, films)
    link.lock()


def luma(jpeg: bytes) -> npt.NDArray[np.uint8]:
    assert jpeg[:2] == b"\xff\xd8"
    decoder = av.CodecContext.create("mjpeg", "r")
    (frame,) = decoder.decode(av.Packet(jpeg))
    assert isinstance(frame, av.VideoFrame)
    plane = frame.reformat(format="gray").to_ndarray()
    return plane.astype(np.uint8)


def shown_at(film: Film, pts_ms: int) -> int:
    """The number of the picture that is shown then: the last that is not later, to the millisecond."""
    return film.shown[bisect_right([milliseconds(pts) for pts, _ in film.shown], pts_ms) - 1][1]


def film_ms(film: Film) -> int:
    return max(event.pts_ms + event.dur_ms for event in film.events if isinstance(event, Segment))


@pytest.mark.parametrize("name", ["card", "uneven"])
def test_every_time_gives_the_picture_shown_then(showing: Showing, name: str) -> None:
    film, session = showing.films[name], showing.sessions[name]
    times = [0, film_ms(film), *random.choices(range(film_ms(film)), k=DRAWS)]
    seen = {pts_ms: marker.read(luma(showing.link.frame(session, pts_ms))) for pts_ms in times}
    assert seen == {pts_ms: shown_at(film, pts_ms) for pts_ms in times}


@pytest.mark.parametrize("name", ["card", "uneven"])
def test_steps_are_exact_both_ways(showing: Showing, name: str) -> None:
    """By the times that the keeper itself tells, as a player steps: in the middle of each picture's time."""
    film, session, link = showing.films[name], showing.sessions[name], showing.link
    segments = sum(isinstance(event, Segment) for event in film.events)
    times = [pts for n in range(segments) for pts in link.pts(session, n)]
    assert times == [pts for pts, _ in film.shown]
    start = len(times) // 2 - 25
    there = [*range(start, start + 50), *range(start + 49, start - 1, -1)]
    middles = [(times[at] + min(times[at + 1], times[at] + 3000)) // 2 // 90 for at in there]
    took_ms = []
    for at, pts_ms in zip(there, middles, strict=True):
        began = time.perf_counter()
        jpeg = link.frame(session, pts_ms)
        took_ms.append((time.perf_counter() - began) * 1e3)
        assert marker.read(luma(jpeg)) == film.shown[at][1]
    print(f"\n100 steps, 640x360: p50 {np.percentile(took_ms, 50):.1f} ms, p95 {np.percentile(took_ms, 95):.1f} ms")


def test_a_picture_is_found_by_its_own_time_in_milliseconds(showing: Showing) -> None:
    film, session = showing.films["uneven"], showing.sessions["uneven"]
    for pts, number in film.shown[::7]:
        assert marker.read(luma(showing.link.frame(session, milliseconds(pts)))) == number


@pytest.mark.parametrize(("width", "size"), [(None, (640, 360)), (321, (320, 180)), (5000, (640, 360)), (1, (16, 8))])
def test_a_picture_is_as_wide_as_asked_and_never_wider_than_filmed(
    showing: Showing, width: int | None, size: tuple[int, int]
) -> None:
    plane = luma(showing.link.frame(showing.sessions["card"], 2500, width))
    assert (plane.shape[1], plane.shape[0]) == size
    if size[0] >= 320:
        assert marker.read(plane) == shown_at(showing.films["card"], 2500)


def test_brightness_is_what_was_filmed(showing: Showing) -> None:
    """Film is coded in a smaller range than JPEG: taken for the other, black would be grey."""
    plane = luma(showing.link.frame(showing.sessions["card"], 2500))
    left, top, right, bottom = marker.area(640, 360)
    plate = plane[top + 3 : bottom - 3, left + 3 : right - 3]
    black, white = (round((level - 16) * 255 / 219) for level in (marker.BLACK, marker.WHITE))
    assert abs(int(np.percentile(plate, 10)) - black) <= 6
    assert abs(int(np.percentile(plate, 90)) - white) <= 6


def test_past_the_end_there_is_no_picture(showing: Showing) -> None:
    session, end_ms = showing.sessions["card"], film_ms(showing.films["card"])
    for pts_ms in (end_ms + 1, end_ms + 5000, (1 << 53) - 1):
        with pytest.raises(NotFound):
            showing.link.frame(session, pts_ms)
    for bad in (-1, 1 << 53, 0.5, "0", None, True, [0]):
        with pytest.raises(BadInput):
            showing.link.frame(session, bad)  # type: ignore[arg-type]


def test_a_film_that_grows_is_shown_as_far_as_it_goes(showing: Showing, card: Film) -> None:
    writer, subject = begin(showing.home, unlock_recipient(showing.home))
    segments = [event for event in card.events if isinstance(event, Segment)]
    write(writer, subject, card.events[0])
    for event in segments[:4]:
        write(writer, subject, event)
        assert showing.link.segment(writer.id, event.n) == event.data
        assert marker.read(luma(showing.link.frame(writer.id, event.pts_ms + 500))) == shown_at(
            card, event.pts_ms + 500
        )
        with pytest.raises(NotFound):
            showing.link.frame(writer.id, event.pts_ms + event.dur_ms + 1)
        with pytest.raises(NotFound):
            showing.link.segment(writer.id, event.n + 1)
    writer.close("stop", 0, "rtc")


def test_a_picture_s_bytes_are_told_from_another_session_s(showing: Showing) -> None:
    """Both films stand at the same time and the same segment: the cache must not mix them."""
    for _ in range(5):
        for name in ("card", "uneven"):
            seen = marker.read(luma(showing.link.frame(showing.sessions[name], 1234)))
            assert seen == shown_at(showing.films[name], 1234)


def test_a_spoiled_second_is_not_shown_and_the_next_is(showing: Showing, card: Film) -> None:
    session = record(showing.home, card.events, unlock_recipient(showing.home))
    path = showing.home.session(session) / segment_name(2)
    spoiled = bytearray(path.read_bytes())
    spoiled[-1000] ^= 1
    path.write_bytes(spoiled)
    with pytest.raises(FileTampered, match="000002"):
        showing.link.frame(session, 2500)
    with pytest.raises(FileTampered):
        showing.link.pts(session, 2)
    assert marker.read(luma(showing.link.frame(session, 3500))) == shown_at(card, 3500)


def test_only_what_is_kept_is_shown(showing: Showing, card: Film) -> None:
    link, home = showing.link, showing.home
    kept = record(home, card.events[:3], unlock_recipient(home), close=False)
    assert link.playable(kept)
    assert link.segment(kept, 0)
    (home.session(kept) / "local.age").unlink()
    never = record(home, card.events[:3], None)
    strangers = record(home, card.events[:3], HybridIdentity.generate().recipient)
    for session in (kept, never, strangers):
        assert not link.playable(session)
        for ask in (lambda s: link.segment(s, 0), lambda s: link.frame(s, 0), link.init, lambda s: link.pts(s, 0)):
            with pytest.raises(WrongKey, match="kept"):
                ask(session)
    (home.session(never) / "ERASING").touch()
    with pytest.raises(Unreadable):
        link.init(never)
    for nothing in (new_id(), "", "..", "../" + kept, "\0", "a" * 10_000):
        assert not link.playable(nothing)
        with pytest.raises(NotFound):
            link.init(nothing)


@pytest.mark.slow
def test_a_second_of_true_size_opens_fast_in_bounded_memory(showing: Showing) -> None:
    """8 Mbit/s, 1080p: one second at random after another, and pictures stepped through; memory has a ceiling."""
    film = drawn([number * 1_000_000 // 30 for number in range(12 * 30)], LARGE)
    session, link = record(showing.home, film.events, unlock_recipient(showing.home)), showing.link
    opened_ms, seeks_ms, steps_ms = [], [], []
    for turn in range(200):  # round and round, so that none is in memory still
        opened_ms.append(_took_ms(lambda: link.segment(session, turn % 12)))  # noqa: B023 - asked at once
    for _ in range(25):
        seeks_ms.append(_took_ms(lambda: link.frame(session, random.randrange(12_000))))
    for number in [*range(100, 160), *range(160, 100, -1)]:
        steps_ms.append(_took_ms(lambda: link.frame(session, number * 1000 // 30 + 17)))  # noqa: B023 - asked at once
    size = np.mean([len(event.data) for event in film.events if isinstance(event, Segment)])
    peak = peak_bytes(link)
    print(f"\nsegment of {size / MB:.2f} MB: p50 {_percentile(opened_ms, 50)}, p99 {_percentile(opened_ms, 99)}")
    print(f"picture at random, 1080p: p50 {_percentile(seeks_ms, 50)}, p95 {_percentile(seeks_ms, 95)}")
    print(f"picture stepped to, 1080p: p50 {_percentile(steps_ms, 50)}, p95 {_percentile(steps_ms, 95)}")
    print(f"keeper at most: {peak / MB:.0f} MB")
    assert peak < 256 * MB


def _took_ms(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1e3


def _percentile(took_ms: list[float], share: int) -> str:
    return f"{np.percentile(took_ms, share):.1f} ms"
