"""The reader: any second by itself, by the office's key or the box's own, and nothing that was not recorded."""

import shutil
from pathlib import Path

import pytest

from appliance.errors import FileTampered, NotASession, Unreadable, WrongKey
from appliance.playback.reader import FilmStream, SessionReader
from appliance.sealing.identities import HybridIdentity, Identity
from appliance.segment.events import Event, Init, Segment
from tests.export.makers import OFFICE, UNLOCK, write_session


def data_of(events: list[Event]) -> list[bytes]:
    return [event.data for event in events if isinstance(event, Init | Segment)]


@pytest.mark.parametrize("identity", [OFFICE, UNLOCK], ids=["office", "unlock"])
def test_what_was_recorded_is_read(session: Path, paused_take: list[Event], identity: Identity) -> None:
    reader = SessionReader(session, [identity])
    assert [reader.init(), *(reader.segment(line.n) for line in reader.segments)] == data_of(paused_take)
    assert (reader.film_ms, reader.opened.session, len(reader.gaps)) == (11_000, session.name, 1)


def test_one_second_is_read_without_the_others(session: Path, paused_take: list[Event]) -> None:
    for path in session.glob("*.m4s.age"):
        if path.name != "000004.m4s.age":
            path.unlink()
    assert SessionReader(session, [OFFICE]).segment(4) == data_of(paused_take)[5]


@pytest.mark.parametrize(
    ("pts_ms", "n"), [(-1, None), (0, 0), (999, 0), (1000, 1), (2999, 2), (5000, 2), (8000, 3), (99_000, 5)]
)
def test_a_time_has_its_second(session: Path, pts_ms: int, n: int | None) -> None:
    assert SessionReader(session, [OFFICE]).at(pts_ms) == n


def test_a_strange_key_opens_nothing(session: Path) -> None:
    with pytest.raises(WrongKey):
        SessionReader(session, [HybridIdentity.generate()])
    (session / "local.age").unlink()
    with pytest.raises(WrongKey):
        SessionReader(session, [UNLOCK])


def test_an_erased_session_is_unreadable(session: Path) -> None:
    (session / "ERASING").touch()
    with pytest.raises(Unreadable):
        SessionReader(session, [OFFICE])
    (session / "ERASING").unlink()
    (session / "key.age").unlink()
    with pytest.raises(Unreadable):
        SessionReader(session, [OFFICE])
    shutil.rmtree(session)
    with pytest.raises(NotASession):
        SessionReader(session, [OFFICE])


def test_a_session_that_is_still_open_is_read_as_far_as_it_goes(tmp_path: Path, paused_take: list[Event]) -> None:
    folder = write_session(tmp_path, paused_take[:3], close=False)
    reader = SessionReader(folder, [OFFICE])
    assert [line.n for line in reader.segments] == [0, 1]
    assert reader.segment(1) == data_of(paused_take)[2]


def test_genuine_seconds_in_each_others_place_are_not_shown(session: Path) -> None:
    one, other = session / "000001.m4s.age", session / "000002.m4s.age"
    one.rename(session / "kept")
    other.rename(one)
    (session / "kept").rename(other)
    reader = SessionReader(session, [OFFICE])
    with pytest.raises(FileTampered, match=r"000001\.m4s\.age is not what was recorded"):
        reader.segment(1)


@pytest.mark.parametrize("name", ["init.mp4.age", "log.jsonl", "key.age"])
def test_a_missing_or_broken_file_is_named(session: Path, name: str) -> None:
    (session / name).write_bytes((session / name).read_bytes()[:40])
    with pytest.raises(FileTampered):
        SessionReader(session, [OFFICE]).init()
    (session / name).unlink()
    with pytest.raises((FileTampered, Unreadable)):
        SessionReader(session, [OFFICE]).init()


def test_the_stream_is_the_film_and_holds_one_second_at_a_time(session: Path, paused_take: list[Event]) -> None:
    opened: list[int] = []

    class Watched(SessionReader):
        def segment(self, n: int) -> bytes:
            opened.append(n)
            return super().segment(n)

    stream = FilmStream(Watched(session, [OFFICE]))
    whole = data_of(paused_take)
    assert stream.read(len(whole[0]) + 10) == whole[0]
    assert opened == []
    assert stream.read(10) == whole[1][:10]
    assert opened == [0]
    assert whole[0] + whole[1][:10] + stream.read() == b"".join(whole)
    assert stream.read(1) == b""
