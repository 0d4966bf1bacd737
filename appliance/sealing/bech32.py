"""Bech32 (BIP 173) without its limit of 90 characters, as age writes keys with it.

Apart because it is a text code and no cryptography: it catches a mistyped key, it hides nothing.
"""

import base64
from functools import reduce
from operator import xor
from typing import Final

from appliance.errors import BadInput

ALPHABET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES: Final = {symbol: value for value, symbol in enumerate(ALPHABET)}
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_TURNS: Final = [reduce(xor, (g for bit, g in enumerate(_GENERATOR) if top >> bit & 1), 0) for top in range(32)]
_CHECK_LENGTH: Final = 6
_BASE32: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_SYMBOLS: Final = bytes.maketrans(_BASE32, bytes(range(32)))
_DIGITS: Final = bytes.maketrans(bytes(range(32)), b"0123456789abcdefghijklmnopqrstuv")


def encode(prefix: str, data: bytes) -> str:
    """`prefix`, "1", `data` in 5-bit symbols, checksum: in upper case if the prefix is."""
    lower = prefix.lower()
    symbols = _to_symbols(data)
    rest = _polymod([*_spread(lower), *symbols, *[0] * _CHECK_LENGTH]) ^ 1
    check = [rest >> 5 * (_CHECK_LENGTH - 1 - i) & 31 for i in range(_CHECK_LENGTH)]
    text = lower + "1" + "".join(ALPHABET[symbol] for symbol in symbols + check)
    return text if prefix == lower else text.upper()


def decode(text: str) -> tuple[str, bytes]:
    """The prefix, in the case it is written in, and the data. Raises BadInput, which never repeats the text."""
    if text not in (text.lower(), text.upper()):
        raise BadInput("A key is written in both upper and lower case.")
    prefix, mark, coded = text.rpartition("1")
    if not mark or not prefix or len(coded) < _CHECK_LENGTH or not all("!" <= letter <= "~" for letter in prefix):
        raise BadInput("This is not a key: it is too short, or its beginning is missing.")
    try:
        symbols = [_VALUES[letter] for letter in coded.lower()]
    except KeyError:
        raise BadInput("A key holds a letter that keys never have.") from None
    if _polymod([*_spread(prefix.lower()), *symbols]) != 1:
        raise BadInput("A key is mistyped or incomplete: its check letters do not fit.")
    return prefix, _from_symbols(symbols[:-_CHECK_LENGTH])


def _spread(prefix: str) -> list[int]:
    return [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]


def _polymod(values: list[int]) -> int:
    rest = 1
    for value in values:
        rest = (rest & 0x1FFFFFF) << 5 ^ value ^ _TURNS[rest >> 25]
    return rest


def _to_symbols(data: bytes) -> list[int]:
    return list(base64.b32encode(data).rstrip(b"=").translate(_SYMBOLS))


def _from_symbols(symbols: list[int]) -> bytes:
    number = int(bytes(symbols).translate(_DIGITS), 32) if symbols else 0
    length, padding = divmod(len(symbols) * 5, 8)
    if padding > 4 or number & (1 << padding) - 1:
        raise BadInput("A key's last letter holds bits that no key has.")
    return (number >> padding).to_bytes(length, "big")
