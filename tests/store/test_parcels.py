import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.store.parcels import FILES, ParcelName, What, read_name

IDS = st.text("0123456789abcdef", min_size=32, max_size=32)
NUMBERS = st.integers(0, 10**12 - 1)
WRITERS = st.sampled_from(["recorder", "web", "desk"])


def _run(kind: str, of: st.SearchStrategy[str]) -> st.SearchStrategy[What]:
    pairs = st.tuples(NUMBERS, NUMBERS).map(sorted)
    return st.builds(lambda of, pair: What(kind, of, "", *pair), of, pairs)  # type: ignore[arg-type]


WHATS = st.one_of(
    _run("film", IDS),
    _run("lane", WRITERS),
    _run("said", WRITERS),
    st.builds(lambda of, file: What("file", of, file), IDS, st.sampled_from(FILES)),
    st.builds(lambda of: What("family", of, "key.age"), IDS),
)
NAMES = st.builds(ParcelName, WHATS, st.text("0123456789abcdef", min_size=64, max_size=64), st.integers(1, 999_999_999))


@given(NAMES)
def test_a_name_is_read_as_it_was_meant(name: ParcelName) -> None:
    assert read_name(name.text) == name
    assert len(name.text.encode()) <= 255


@given(NAMES, st.data())
def test_a_name_with_a_letter_more_or_less_is_another_or_none(name: ParcelName, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name.text) - 1))
    cut = name.text[:at] + name.text[at + 1 :]
    assert read_name(cut) != name


@pytest.mark.parametrize("text", ["", "~", "../x~" + "0" * 64 + "~1", "a" * 32 + ".local.age~" + "0" * 64 + "~1",
                                  "a" * 32 + ".film-000002-000001.tar~" + "0" * 64 + "~1"])  # fmt: skip
def test_what_is_no_parcel(text: str) -> None:
    assert read_name(text) is None
