"""A microphone that is pulled out while filming and plugged in again: the kernel's loopback card, the real arecord.

Apart from the panel's tests because this one listens to what was filmed.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from appliance.store.lines import GapLine
from tests.lab.image import Image
from tests.machine.board import READY, RECORD, SOUND, Board
from tests.machine.films import loudness, opened_film

pytestmark = [pytest.mark.lab, pytest.mark.timeout(3600)]
PLUG: Final = "/sys/bus/platform/drivers/snd_aloop"
TOLD: Final = "any(f['code'] == 'mic-silent' for f in s['faults'])"


def silences(gaps: Sequence[GapLine]) -> list[tuple[int, int]]:
    """(begin, end) of each in ms: a log has a line for each segment that one of them goes through."""
    found: list[tuple[int, int]] = []
    for gap in gaps:
        assert (gap.what, gap.why) == ("sound", "microphone")
        if found and found[-1][1] == gap.pts_ms:
            found[-1] = found[-1][0], gap.end_ms
        else:
            found.append((gap.pts_ms, gap.end_ms))
    return found


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
    holes = silences(film.facts.gaps)
    print(f"\nwithout sound, in ms: {holes}; where it is short, this machine was too late for the card")
    begin_ms, end_ms = max(holes, key=lambda hole: hole[1] - hole[0])
    assert out["film"]["acked_ms"] - 10_000 < begin_ms < back["film"]["film_ms"]
    loud = loudness(film.path)
    assert loud(begin_ms - 2_000, begin_ms - 500) > 0.1
    assert loud(begin_ms + 300, end_ms - 300) < 0.001
    assert loud(end_ms + 500, end_ms + 1_500) > 0.1
