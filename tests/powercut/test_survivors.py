"""What a cut leaves of the last writes: as much as a drive may lose, and nothing that it may not."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lab.block_entries import ENTRY, FLUSH, FUA, HEAD, MAGIC, Entry, EntryCount, EntryLog
from tests.lab.cut_disk import PAGE, data_extents, survivors

entries = st.lists(
    st.builds(
        Entry,
        st.integers(0, 9).map(lambda n: n * PAGE),
        st.integers(0, 4).map(lambda n: n * PAGE),
        st.sampled_from([0, FLUSH, FUA]),
        st.just(0),
    ),
    max_size=12,
)


@given(entries, st.integers(0, 12), st.integers(0, 12), st.integers())
def test_survivors(log: list[Entry], safe: int, length: int, seed: int) -> None:
    kept = list(survivors(log, safe, length, Random(seed)))
    window = log[safe : length + 1]
    assert all(any(entry is one for one in window) for entry, _, _ in kept)
    assert all(start % PAGE == 0 and end > start for entry, start, end in kept if entry.length)
    for entry in log[safe:length]:
        if entry.forced:
            assert (entry, 0, entry.length) in kept


def test_every_fate_happens() -> None:
    """Whole, torn and lost all come up, for a write and for the one in progress; a forced one is lost only then."""
    wide = Entry(0, 8 * PAGE, 0, 0)
    for length in (0, 1):
        sizes = {sum(e - s for _, s, e in survivors([wide], 0, length, Random(seed))) for seed in range(60)}
        assert {0, 8 * PAGE} < sizes
    forced = Entry(0, PAGE, FUA, 0)
    assert all(list(survivors([forced], 0, 1, Random(seed))) for seed in range(60))
    assert not all(list(survivors([forced], 0, 0, Random(seed))) for seed in range(60))


def test_a_log_is_read_as_the_kernel_writes_it(tmp_path: Path) -> None:
    """Head, then each entry in a sector of its own before its bytes."""
    path = tmp_path / "log.img"
    body = bytes(range(256)) * 4
    path.write_bytes(
        HEAD.pack(MAGIC, 1, 2, 512).ljust(512, b"\0")
        + ENTRY.pack(7, 2, FUA, 0).ljust(512, b"\0") + body
        + ENTRY.pack(0, 0, FLUSH, 0).ljust(512, b"\0")
    )  # fmt: skip
    count, log = EntryCount(path), EntryLog(path)
    assert count.read() == 2
    write, flush = log.entries
    assert (write.offset, log.data(write), log.data(write, 512, 600)) == (7 * 512, body, body[512:600])
    assert (write.forced, write.flushes, flush.flushes, flush.writes) == (True, False, True, False)
    count.close()
    log.close()


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.img"
    path.write_bytes(HEAD.pack(1, 1, 0, 512).ljust(512, b"\0"))
    with pytest.raises(ValueError, match="not a log"):
        EntryLog(path)


def test_extents_are_where_the_bytes_are(tmp_path: Path) -> None:
    path = tmp_path / "sparse"
    with path.open("wb+") as file:
        file.truncate(1 << 20)
        file.seek(1 << 19)
        file.write(b"x" * PAGE)
        file.flush()
        found = list(data_extents(file.fileno(), 1 << 20))
    assert found in ([(1 << 19, (1 << 19) + PAGE)], [(0, 1 << 20)])  # a file system may know no holes
