"""The exported film: an ordinary MP4 with every picture and sound, time kept over gaps, nothing else on the disk."""

import os
import shutil
import subprocess
from pathlib import Path

import av
import pytest

from appliance.errors import BadInput, CardFull, FileTampered
from appliance.export.film import SILENCE, film
from appliance.playback.reader import SessionReader
from appliance.segment.events import Event, Init, Segment
from tests.export.makers import OFFICE, write_session


def packets(path: Path, kind: str) -> list[tuple[float, bytes]]:
    """(pts in seconds, bytes) of every packet of the first stream of this kind."""
    with av.open(str(path)) as container:
        [stream] = [stream for stream in container.streams if stream.type == kind]
        return [
            (float(packet.pts * packet.time_base), bytes(packet))
            for packet in container.demux(stream)
            if packet.pts is not None and packet.time_base is not None
        ]


@pytest.fixture
def plain(paused_take: list[Event], tmp_path: Path) -> Path:
    """The film as the segmenter made it, never sealed."""
    path = tmp_path / "plain.mp4"
    path.write_bytes(b"".join(event.data for event in paused_take if isinstance(event, Init | Segment)))
    return path


def test_every_picture_and_sound_is_there_at_its_time(session: Path, plain: Path, tmp_path: Path) -> None:
    target = tmp_path / "film.mp4"
    exported = film(SessionReader(session, [OFFICE]), target)
    assert (exported.left_out, exported.bytes) == ((), target.stat().st_size)
    assert packets(target, "video") == packets(plain, "video")
    sound = packets(target, "audio")
    assert [each for each in sound if each[1] != SILENCE] == packets(plain, "audio")
    assert [at for at, _ in sound] == pytest.approx([n * 1024 / 48_000 for n in range(len(sound))], abs=1e-6)
    assert sum(data == SILENCE for _, data in sound) == pytest.approx(5 * 48_000 / 1024, abs=1)


def test_it_decodes_whole_and_lasts_as_long_as_the_session(session: Path, tmp_path: Path) -> None:
    target = tmp_path / "film.mp4"
    film(SessionReader(session, [OFFICE]), target)
    with av.open(str(target)) as container:
        frames = [frame.time for frame in container.decode(video=0)]
    assert len(frames) == 180
    assert frames[89:91] == pytest.approx([89 / 30, 8.0], abs=1e-4)
    with av.open(str(target)) as container:
        assert sum(frame.samples for frame in container.decode(audio=0)) == pytest.approx(11 * 48_000, abs=2048)
        assert container.duration == pytest.approx(11_000_000, abs=25_000)
    if shutil.which("ffmpeg"):
        told = subprocess.run(
            ["ffmpeg", "-v", "error", "-i", target, "-f", "null", "-"], capture_output=True, check=True
        )
        assert told.stderr == b""


def test_the_index_stands_before_the_film_and_only_the_owner_reads_it(session: Path, tmp_path: Path) -> None:
    target = tmp_path / "film.mp4"
    film(SessionReader(session, [OFFICE]), target)
    content = target.read_bytes()
    assert content[4:8] == b"ftyp"
    assert 0 < content.index(b"moov") < content.index(b"mdat")
    assert b"moof" not in content
    assert os.stat(target).st_mode & 0o777 == 0o600


def test_a_second_that_cannot_be_opened_is_left_out_and_its_time_kept(
    session: Path, plain: Path, tmp_path: Path
) -> None:
    (session / "000000.m4s.age").unlink()
    content = bytearray((session / "000004.m4s.age").read_bytes())
    content[-30] ^= 1
    (session / "000004.m4s.age").write_bytes(content)
    target = tmp_path / "film.mp4"
    exported = film(SessionReader(session, [OFFICE]), target)
    assert exported.left_out == ("000000.m4s.age", "000004.m4s.age")
    kept = [each for each in packets(plain, "video") if not (each[0] < 1 or 9 <= each[0] < 10)]
    shown = packets(target, "video")
    assert [data for _, data in shown] == [data for _, data in kept]
    assert [at for at, _ in shown] == pytest.approx([at for at, _ in kept], abs=1e-4)


def test_progress_runs_to_the_whole(session: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    film(SessionReader(session, [OFFICE]), tmp_path / "film.mp4", lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (11_000, 11_000)


@pytest.mark.parametrize("name", ["a film: with 100 % of it.mp4", "-film.mp4", "פילם.mp4", "film.without.ending"])
def test_any_name_will_do(session: Path, tmp_path: Path, name: str) -> None:
    film(SessionReader(session, [OFFICE]), tmp_path / name)
    assert packets(tmp_path / name, "video")


def test_what_fails_leaves_nothing_and_keeps_an_older_film(session: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "film.mp4").write_bytes(b"older")
    shutil.copy(session / "000001.m4s.age", session / "init.mp4.age")
    with pytest.raises(FileTampered):
        film(SessionReader(session, [OFFICE]), out / "film.mp4")
    assert [path.name for path in out.iterdir()] == ["film.mp4"]
    assert (out / "film.mp4").read_bytes() == b"older"


def test_no_film_is_told(session: Path, tmp_path: Path, paused_take: list[Event]) -> None:
    empty = write_session(tmp_path / "other", paused_take[:1])
    with pytest.raises(BadInput, match="holds no film"):
        film(SessionReader(empty, [OFFICE]), tmp_path / "film.mp4")
    for path in session.glob("*.m4s.age"):
        path.unlink()
    with pytest.raises(FileTampered, match="No second"):
        film(SessionReader(session, [OFFICE]), tmp_path / "film.mp4")
    assert not list(tmp_path.glob("film*"))


def test_a_place_that_cannot_be_written_is_told(session: Path, tmp_path: Path) -> None:
    reader = SessionReader(session, [OFFICE])
    with pytest.raises(BadInput, match="No such file"):
        film(reader, tmp_path / "none" / "film.mp4")
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match="Not a directory"):
        film(reader, tmp_path / "file" / "film.mp4")


def test_no_room_for_the_film_is_told(session: Path, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(small)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("cannot mount here")
    try:
        with pytest.raises(CardFull, match="where it should go"):
            film(SessionReader(session, [OFFICE]), small / "film.mp4")
        assert list(small.iterdir()) == []
    finally:
        subprocess.run(["umount", small], check=True)
