"""A frame number that a program can read back from the picture after any coding and scaling.

Apart because both ends use it: what draws a picture, and what proves that no frame was lost, doubled or moved.

The marker stands in the lower left corner. Its unit is u = width / 64. A black plate with a rim of u/4 holds 17 x 2
cells of u x u whose left edge is at u and whose lower edge is at height - u. Column 0 is black over white (the
reference); columns 1 to 16 are 24 bits of number and 8 bits of CRC, most significant first, upper row first, white 1.
"""

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.uint8]

LAST_NUMBER: Final = (1 << 24) - 1
BLACK: Final = 20
WHITE: Final = 226
COLUMNS: Final = 17
ROWS: Final = 2
LEAST_CONTRAST: Final = 60
"""White minus black below this is no marker (a covered lens, a fade)."""
LEAST_CLEARNESS: Final = 0.2
"""A cell nearer to grey than this share of the contrast is not taken for a bit."""


def area(width: int, height: int) -> tuple[int, int, int, int]:
    """The plate as (left, top, right, bottom) in pixels, each even, so that the chroma planes can be cut alike."""
    unit = width / 64
    left, right = 0.75 * unit, (1.25 + COLUMNS) * unit
    top, bottom = height - (1.25 + ROWS) * unit, height - 0.75 * unit
    return _even(left), _even(top), _even(right), _even(bottom)


def draw(luma: Plane, number: int) -> None:
    """Put the marker for `number` (its lowest 24 bits) into a Y plane of shape (height, width), at least 320 wide."""
    height, width = luma.shape
    left, top, right, bottom = area(width, height)
    rows, columns = _cells_of_pixels(width, height)
    luma[top:bottom, left:right] = _pattern(number & LAST_NUMBER)[:, columns][rows]


def read(luma: Plane) -> int | None:
    """The number in a Y plane of any size from about 320 wide; None where there is no marker that is beyond doubt."""
    if luma.ndim != 2 or min(luma.shape) < 64:
        return None
    height, width = luma.shape
    rows, columns = _sample_points(width, height)
    if rows[0] < 0:
        return None
    seen = luma[rows[:, None], columns[None, :]].astype(np.float32)
    cells = seen.reshape(ROWS + 2, 3, COLUMNS + 2, 3).mean(axis=(1, 3))
    black, white = float(cells[1, 1]), float(cells[2, 1])
    contrast = white - black
    if contrast < LEAST_CONTRAST or not _has_rim(cells, (black + white) / 2):
        return None
    data = (cells[1:-1, 2:-1].ravel() - (black + white) / 2) / contrast
    if float(np.abs(data).min()) < LEAST_CLEARNESS:
        return None
    word = int("".join("1" if bit > 0 else "0" for bit in data), 2)
    number, check = word >> 8, word & 0xFF
    return number if crc8(number) == check else None


def crc8(number: int) -> int:
    """CRC-8 (polynomial 0x07, start 0xFF) over the three bytes of `number`, highest first."""
    crc = 0xFF
    for byte in number.to_bytes(3, "big"):
        crc ^= byte
        for _ in range(8):
            crc = ((crc << 1) ^ 0x07) & 0xFF if crc & 0x80 else crc << 1
    return crc


def _has_rim(cells: npt.NDArray[np.float32], middle: float) -> bool:
    """The rim of the plate is dark all round: no ordinary picture has that, so a chance CRC is not believed."""
    rim = np.concatenate((cells[0], cells[-1], cells[:, 0], cells[:, -1]))
    return bool((rim < middle).all())


def _pattern(number: int) -> Plane:
    word = (number << 8) | crc8(number)
    bits = np.array([(word >> shift) & 1 for shift in range(31, -1, -1)], dtype=np.uint8).reshape(ROWS, COLUMNS - 1)
    cells = np.full((ROWS + 2, COLUMNS + 2), BLACK, dtype=np.uint8)
    cells[2, 1] = WHITE
    cells[1:-1, 2:-1] = np.where(bits == 1, WHITE, BLACK)
    return cells


@lru_cache(maxsize=8)
def _cells_of_pixels(width: int, height: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """For each pixel of the plate the cell it belongs to, rim included, ready to index `_pattern` with."""
    unit = width / 64
    left, top, right, bottom = area(width, height)
    columns = np.floor((np.arange(left, right) + 0.5) / unit - 1).astype(np.intp) + 1
    rows = np.floor((np.arange(top, bottom) + 0.5 - height) / unit + 1 + ROWS).astype(np.intp) + 1
    return rows.clip(0, ROWS + 1), columns.clip(0, COLUMNS + 1)


@lru_cache(maxsize=64)
def _sample_points(width: int, height: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The pixel rows and columns to look at: three about the middle of each cell, and the rim's middle on each side."""
    unit = width / 64
    columns = (1 + _thrice(COLUMNS)) * unit
    rows = height - (1 + ROWS - _thrice(ROWS)) * unit
    return np.floor(rows).astype(np.intp), np.floor(columns).astype(np.intp)


def _thrice(cells: int) -> npt.NDArray[np.float64]:
    """Three places for each of rim, `cells` cells, rim; in units from the first cell's edge."""
    inner = [cell + 0.5 + off for cell in range(cells) for off in (-0.22, 0.0, 0.22)]
    return np.array([-0.125] * 3 + inner + [cells + 0.125] * 3, dtype=np.float64)


def _even(value: float) -> int:
    return 2 * round(value / 2)
