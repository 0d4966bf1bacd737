"""If this project vanished: the real recorder's sessions, opened, decoded and checked by other people's tools alone."""

import functools
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from appliance.commands.demo_box import PASSPHRASE
from tests.capture.films import big_buck_bunny
from tests.interop.stock_open import open_with_age, open_with_node
from tests.interop.tools import age_tool
from tests.process import stock
from tests.process.box import Studio
from tests.process.playing import TOGETHER_MS
from tests.process.scenes import scene
from tests.process.test_visit import LIPS_MS

__all__ = ["age_tool"]

pytestmark = pytest.mark.interop

FULL_HD = ("--width", "1920", "--height", "1080", "--bitrate", "8000000")
FPS = 30


@dataclass(frozen=True, slots=True)
class Session:
    folder: Path
    office_key: Path
    late_pictures: int


def full_hd(studio: Studio) -> Session:
    """Ten seconds of the test card at 1080p30 and 8 Mbit/s."""
    return _filmed(studio, "full-hd", *FULL_HD)


def bunny(studio: Studio) -> Session:
    """Ten seconds of a real film and its sound before the camera."""
    return _filmed(studio, "bunny", "--camera", f"film:{big_buck_bunny()}")


def _filmed(studio: Studio, name: str, *options: str) -> Session:
    """Once more if this machine had no time for every picture."""
    with studio.box(name, *options) as box:
        for _ in range(2):
            before = box.late_pictures()
            box.start_film(10_000)
            session = Session(box.session(box.stop_film()), box.office_key, box.late_pictures() - before)
            if session.late_pictures == 0:
                break
        return session


Opener = Callable[[Path, str, Path, Path], None]


@pytest.fixture(params=["node", "age"])
def opener(request: pytest.FixtureRequest) -> Opener:
    if request.param == "node":
        return open_with_node
    return functools.partial(open_with_age, request.getfixturevalue("age_tool"))


@scene(full_hd, alone=True)
def test_they_open_and_decode_a_session_in_full_hd(take: Session, opener: Opener, tmp_path: Path) -> None:
    opener(take.office_key, PASSPHRASE, take.folder, tmp_path / "film.mp4")
    film, said = stock.decoded(tmp_path / "film.mp4", FPS)
    print(
        f"\n1080p30, opened and decoded by stock tools: {film.figures()}; the camera was late for {take.late_pictures}"
    )
    assert said == ""
    assert stock.size(tmp_path / "film.mp4") == "1920x1080,30"
    assert film.span >= 10 * FPS
    assert sum(film.missing()) <= take.late_pictures
    assert film.off_the_grid_ms() < TOGETHER_MS
    assert len(film.lips_ms()) + take.late_pictures >= 9
    assert max(map(abs, film.lips_ms())) <= LIPS_MS


@scene(bunny, alone=True)
def test_they_open_and_decode_a_session_of_a_real_film(take: Session, tmp_path: Path) -> None:
    open_with_node(take.office_key, PASSPHRASE, take.folder, tmp_path / "film.mp4")
    film, said = stock.decoded(tmp_path / "film.mp4", FPS)
    loudness = float(np.sqrt(np.mean(np.square(film.sound))))
    print(
        f"\na real film, opened and decoded by stock tools: {film.figures()}; "
        f"sound {20 * np.log10(loudness):.0f} dBFS; the camera was late for {take.late_pictures}"
    )
    assert said == ""
    assert film.span >= 10 * FPS
    assert sum(film.missing()) <= take.late_pictures
    assert film.off_the_grid_ms() < TOGETHER_MS
    assert loudness > 0.003


@scene(full_hd, alone=True)
def test_they_check_signature_and_sums(take: Session) -> None:
    checked = stock.check_signature(take.folder)
    print(f"\n{checked.stdout.splitlines()[0]}; {len(checked.stdout.splitlines()) - 1} files OK")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "Signature Verified Successfully" in checked.stdout
    assert checked.stdout.count(": OK\n") == len(list(take.folder.glob("*.m4s.age"))) + 3


@scene(full_hd, alone=True)
@pytest.mark.parametrize("name", ["000003.m4s.age", "log.jsonl", "key.age", "SHA256SUMS", "SHA256SUMS.sig"])
def test_they_find_a_changed_byte(take: Session, name: str, tmp_path: Path) -> None:
    folder = shutil.copytree(take.folder, tmp_path / "session")
    changed = bytearray((folder / name).read_bytes())
    changed[len(changed) // 2] ^= 1
    (folder / name).write_bytes(changed)
    assert stock.check_signature(folder).returncode != 0
