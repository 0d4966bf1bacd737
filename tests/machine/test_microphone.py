"""A microphone that is pulled out while filming and plugged in again: the kernel's loopback card, the real arecord.

Apart from the panel's tests because this one listens to what was filmed.
"""

from pathlib import Path
from typing import Final

import pytest

from tests.lab.image import Image
from tests.machine.board import READY, RECORD, SOUND, Board
from tests.machine.films import loudness, opened_film

pytestmark = [pytest.mark.lab, pytest.mark.timeout(3600)]
PLUG: Final = "/sys/bus/platform/drivers/snd_aloop"
TOLD: Final = "any(f['code'] == 'mic-silent' for f in s['faults'])"


def test_the_film_goes_on_and_the_sound_comes_back(board: Board, board_image: Image, tmp_path: Path) -> None:
    board.make_noise()
    board.finger(f"press {RECORD} 0.3")
    session = board.film_until(3_000)
    board.run(f"echo snd_aloop.0 > {PLUG}/unbind")
    out = board.status_until(TOLD)
    assert out["state"] == "recording"
    assert out["lamp"]["says"] == "recording, attention"
    board.film_until(out["film"]["acked_ms"] + 3_000)
    board.run(f"echo snd_aloop.0 > {PLUG}/bind")
    back = board.status_until(f"{SOUND} and not {TOLD}")
    assert back["state"] == "recording"
    board.film_until(back["film"]["film_ms"] + 2_000)
    board.finger(f"press {RECORD} 2.5")
    board.status_until(READY)
    film = opened_film(board, session, board_image, tmp_path)
    assert film.sound
    print(f"\nholes in the film: {film.facts.gaps}")
    (gap,) = [each for each in film.facts.gaps if each.dur_ms > 1_000]
    assert (gap.what, gap.why) == ("sound", "microphone")
    assert out["film"]["acked_ms"] - 10_000 < gap.pts_ms < back["film"]["film_ms"]
    loud = loudness(film.path)
    assert loud(gap.pts_ms - 2_000, gap.pts_ms - 500) > 0.1
    assert loud(gap.pts_ms + 300, gap.end_ms - 300) < 0.001
    assert loud(gap.end_ms + 500, gap.end_ms + 1_500) > 0.1
