"""When the buzzer sounds: three short beeps, once, for a film that was forgotten.

Apart from the lamp because the buzzer is another wire and its beeps run faster than a lamp may flash.
"""

from typing import Final

BEEP_US: Final = 150_000
"""Each beep, and each silence between two."""
BEEPS: Final = 3


def buzzing_at(chime_at_us: int | None, now_us: int) -> bool:
    """Whether the buzzer sounds at `now_us`, when the chime is due at `chime_at_us` (None: never)."""
    if chime_at_us is None or now_us < chime_at_us:
        return False
    part = (now_us - chime_at_us) // BEEP_US
    return part % 2 == 0 and part < 2 * BEEPS


def next_change_us(chime_at_us: int | None, now_us: int) -> int | None:
    """When the buzzer changes next; None when never again."""
    if chime_at_us is None:
        return None
    edges = (chime_at_us + part * BEEP_US for part in range(2 * BEEPS))
    return next((at_us for at_us in edges if at_us > now_us), None)
