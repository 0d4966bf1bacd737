import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import BadInput
from appliance.sealing import bech32

PREFIXES = st.sampled_from(["age", "age1pq", "AGE-SECRET-KEY-", "AGE-SECRET-KEY-PQ-", "a"])


@given(PREFIXES, st.binary(max_size=1300))
def test_what_is_encoded_decodes(prefix: str, data: bytes) -> None:
    assert bech32.decode(bech32.encode(prefix, data)) == (prefix, data)


@pytest.mark.parametrize(
    "text",
    [
        "A12UEL5L",
        "a12uel5l",
        "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
        "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
        "11qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqc8247j",
        "?1ezyfcl",
    ],
)
def test_the_valid_strings_of_bip_173(text: str) -> None:
    prefix, data = bech32.decode(text)
    assert bech32.encode(prefix, data) == text


@pytest.mark.parametrize(
    "text",
    [
        "\x201nwldj5",
        "\x7f1axkwrx",
        "pzry9x0s0muk",
        "1pzry9x0s0muk",
        "x1b4n0q5v",
        "li1dgmt3",
        "de1lg7wt\xff",
        "A1G7SGD8",
        "10a06t8",
        "1qzzfhee",
        "",
        "1",
        "a12uEL5L",
    ],
)
def test_the_invalid_strings_of_bip_173(text: str) -> None:
    with pytest.raises(BadInput):
        bech32.decode(text)


@given(PREFIXES, st.binary(min_size=16, max_size=40), st.data())
def test_one_wrong_letter_is_always_found(prefix: str, data: bytes, draw: st.DataObject) -> None:
    text = bech32.encode(prefix, data)
    first = text.rindex("1") + 1
    at = draw.draw(st.integers(first, len(text) - 1))
    letters = bech32.ALPHABET if text.islower() else bech32.ALPHABET.upper()
    other = draw.draw(st.sampled_from(letters.replace(text[at], "")))
    with pytest.raises(BadInput):
        bech32.decode(text[:at] + other + text[at + 1 :])


@given(st.text(max_size=80))
def test_any_text_decodes_or_is_refused(text: str) -> None:
    try:
        prefix, data = bech32.decode(text)
    except BadInput:
        return
    assert bech32.encode(prefix, data) == text


def test_a_refusal_does_not_repeat_the_key() -> None:
    text = bech32.encode("AGE-SECRET-KEY-", bytes(range(32)))
    with pytest.raises(BadInput) as caught:
        bech32.decode(text[:-1] + ("Q" if text[-1] != "Q" else "P"))
    assert text[:20] not in str(caught.value)


@pytest.mark.parametrize("symbol", ["p", "l"])
def test_bits_left_over_must_be_zero(symbol: str) -> None:
    """One byte is two symbols; the second has two bits too many."""
    values = [0, bech32.ALPHABET.index(symbol)]
    check = bech32._polymod([*bech32._spread("age"), *values, *[0] * 6]) ^ 1
    letters = [bech32.ALPHABET[v] for v in [*values, *(check >> 5 * (5 - i) & 31 for i in range(6))]]
    with pytest.raises(BadInput, match="last letter"):
        bech32.decode("age1" + "".join(letters))
