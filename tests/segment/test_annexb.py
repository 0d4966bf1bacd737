import time

from hypothesis import given
from hypothesis import strategies as st

from appliance.segment.annexb import nal_units, read_access_unit
from tests.segment.boxes import nal_types


def _legal(unit: bytes) -> bool:
    return not any(bad in unit for bad in (b"\0\0\0", b"\0\0\1", b"\0\0\2")) and not unit.endswith(b"\0")


UNITS = st.lists(st.binary(min_size=1, max_size=40).filter(_legal), max_size=8)
START_CODES = st.sampled_from([b"\0\0\1", b"\0\0\0\1", b"\0\0\0\0\0\1"])


@given(UNITS, st.data())
def test_units_come_back_whatever_start_codes_stand_between(units: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(data.draw(START_CODES) + unit for unit in units) + bytes(data.draw(st.integers(0, 4)))
    assert list(nal_units(stream)) == units


@given(st.binary(max_size=200))
def test_any_bytes_give_a_sample_whose_lengths_fill_it(data: bytes) -> None:
    unit = read_access_unit(data)
    types = nal_types(unit.sample)
    assert not {7, 8, 9, 12} & set(types)
    assert unit.key == (5 in types)


def test_a_key_frame_gives_its_parameter_sets_and_only_what_belongs_into_a_sample() -> None:
    units = [b"\x09\x10", b"\x67sps", b"\x68pps", b"\x68two", b"\x06sei", b"\x65idr", b"\x65second slice", b"\x0c\xff"]
    unit = read_access_unit(b"".join(b"\0\0\0\1" + unit for unit in units))
    assert unit.key
    assert (unit.sps, unit.pps) == ((b"\x67sps",), (b"\x68pps", b"\x68two"))
    assert unit.sample == b"\0\0\0\x04\x06sei\0\0\0\x04\x65idr\0\0\0\x0d\x65second slice"


def test_parameter_sets_alone_are_no_picture() -> None:
    unit = read_access_unit(b"\0\0\1\x67sps\0\0\1\x68pps")
    assert unit.sample == b""
    assert not unit.key


def test_supplemental_information_alone_is_no_picture() -> None:
    assert read_access_unit(b"\0\0\1\x06sei").sample == b""


def test_a_full_hd_minute_costs_little() -> None:
    picture = b"\0\0\0\1\x41" + bytes(range(1, 256)) * 131  # 33 kB: 8 Mbit/s at 30 per second
    begin = time.process_time()
    for _ in range(300):
        read_access_unit(picture)
    assert time.process_time() - begin < 0.5  # ten seconds of film; a loop over bytes takes longer
