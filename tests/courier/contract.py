"""What every Mover promises, whatever stands at the other end."""

import os
from abc import abstractmethod
from pathlib import Path

import pytest

from appliance.courier.mover import Abandoned, Mover, Watch
from appliance.errors import OfficeUnreachable


def patient(_moved: int) -> bool:
    return True


def noting(moved: list[int]) -> Watch:
    """A patient one that keeps what it is told."""

    def watch(so_far: int) -> bool:
        moved.append(so_far)
        return True

    return watch


class MoverContract:
    """`make` gives a mover, a remote to put to and one to fetch from; `in_drop` and `offer` are the office's side."""

    quick = False
    """Whether forty megabytes may be moved before anybody is told."""

    @abstractmethod
    def make(self) -> tuple[Mover, str, str]: ...

    @abstractmethod
    def in_drop(self) -> dict[str, bytes]: ...

    @abstractmethod
    def offer(self, name: str, data: bytes) -> None: ...

    @abstractmethod
    def nowhere(self) -> str:
        """A remote that cannot be reached."""

    @pytest.mark.parametrize("size", [0, 1, 1_000, 3_000_001])
    def test_what_was_put_is_there_whole_under_its_name(self, tmp_path: Path, size: int) -> None:
        mover, drop, _ = self.make()
        source = tmp_path / "parcel"
        source.write_bytes(os.urandom(size))
        moved: list[int] = []
        mover.put(source, drop, f"a~{size}~1", noting(moved))
        assert self.in_drop() == {f"a~{size}~1": source.read_bytes()}
        assert moved[-1] == size
        assert moved == sorted(moved)

    def test_a_name_that_was_put_before_is_never_changed(self, tmp_path: Path) -> None:
        mover, drop, _ = self.make()
        first, other = tmp_path / "first", tmp_path / "other"
        first.write_bytes(b"first")
        other.write_bytes(b"other, and longer")
        mover.put(first, drop, "a~1", patient)
        with pytest.raises(OfficeUnreachable):
            mover.put(other, drop, "a~1", patient)
        mover.put(other, drop, "a~2", patient)
        assert self.in_drop() == {"a~1": b"first", "a~2": b"other, and longer"}

    def test_a_watch_that_says_no_breaks_it_off(self, tmp_path: Path) -> None:
        mover, drop, _ = self.make()
        source = tmp_path / "parcel"
        source.write_bytes(os.urandom(40_000_000))
        try:
            mover.put(source, drop, "a~1", lambda moved: moved == 0)
        except Abandoned:
            broken_off = True
        else:
            broken_off = False
            assert self.in_drop()["a~1"] == source.read_bytes(), "it was there before anybody was told of it"
        assert broken_off or self.quick
        mover.put(source, drop, "a~2", patient)
        assert self.in_drop()["a~2"] == source.read_bytes()

    def test_what_cannot_be_reached_says_so(self, tmp_path: Path) -> None:
        mover, drop, _ = self.make()
        source = tmp_path / "parcel"
        source.write_bytes(b"film")
        with pytest.raises(OfficeUnreachable):
            mover.put(source, self.nowhere(), "a~1", patient)
        mover.put(source, drop, "a~2", patient)
        assert self.in_drop() == {"a~2": b"film"}

    def test_an_outbox_is_fetched_without_what_is_held(self, tmp_path: Path) -> None:
        mover, _, outbox = self.make()
        folder, held = tmp_path / "run", tmp_path / "inbox"
        op = Path("lanes/00112233aabbccdd/desk")
        (held / op).mkdir(parents=True)
        (held / op / "000000.op.age").write_bytes(b"held 0")
        for name, data in {
            f"{op}/000000.op.age": b"there0",
            f"{op}/000001.op.age": b"there1",
            "receipts/a.json": b"receipt",
            "locals/b.age": b"local",
            "wanted.json": b"wanted",
            "other/c": b"of no kind that is known",
        }.items():
            self.offer(name, data)
        mover.fetch(outbox, folder, held, patient)
        found = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
        assert found == {
            f"{op}/000001.op.age": b"there1",
            "receipts/a.json": b"receipt",
            "locals/b.age": b"local",
            "wanted.json": b"wanted",
        }

    def test_a_store_gone_bad_fills_no_ram_disk(self, tmp_path: Path) -> None:
        mover, _, outbox = self.make()
        self.offer("receipts/a.json", bytes((16 << 20) + 1))
        self.offer("receipts/b.json", b"receipt")
        mover.fetch(outbox, tmp_path / "run", tmp_path / "inbox", patient)
        assert [path.name for path in (tmp_path / "run").rglob("*") if path.is_file()] == ["b.json"]

    def test_what_changed_in_the_outbox_is_fetched_anew(self, tmp_path: Path) -> None:
        mover, _, outbox = self.make()
        folder = tmp_path / "run"
        self.offer("receipts/a.json", b"not yet")
        mover.fetch(outbox, folder, tmp_path / "inbox", patient)
        self.offer("receipts/a.json", b"from now on")
        mover.fetch(outbox, folder, tmp_path / "inbox", patient)
        assert (folder / "receipts/a.json").read_bytes() == b"from now on"

    def test_an_empty_outbox_gives_nothing(self, tmp_path: Path) -> None:
        mover, _, outbox = self.make()
        mover.fetch(outbox, tmp_path / "run", tmp_path / "inbox", patient)
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []

    def test_a_watch_that_says_no_fetches_nothing_more(self, tmp_path: Path) -> None:
        mover, _, outbox = self.make()
        self.offer("receipts/a.json", b"receipt")
        with pytest.raises(Abandoned):
            mover.fetch(outbox, tmp_path / "run", tmp_path / "inbox", lambda _moved: False)

    def test_closing_twice_is_no_fault(self) -> None:
        mover, _, _ = self.make()
        mover.close()
        mover.close()
