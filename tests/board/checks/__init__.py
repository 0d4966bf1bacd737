"""Every check of a board, in the order in which they are gone through.

Apart so that the list is read on one page.
"""

from typing import Final

from tests.board.check import Check
from tests.board.checks import camera, card, ends, later, looks, panel, power, radio, sound, starting, warmth

CHECKS: Final[tuple[Check, ...]] = (
    *starting.CHECKS,
    *panel.CHECKS,
    *camera.CHECKS,
    *sound.CHECKS,
    *card.CHECKS,
    *looks.CHECKS,
    *radio.CHECKS,
    *ends.CHECKS,
    *later.CHECKS,
    *warmth.CHECKS,
    *power.CHECKS,
)
