"""What stands in an outbox may be anything: only what is genuine, well formed and new gets a place on the card."""

from pathlib import Path

import pytest

from appliance.courier.mover import Abandoned
from appliance.courier.pickup import LINE_BYTES, Pickup, locals_in
from appliance.said.trusted import Office
from appliance.store.durable import Durable
from appliance.store.layout import Home
from tests.said.makers import BOX, OTHER_STORE, STORE, STORE_ID, device_of, line, public_of, receipt_told
from tests.store.stopping import no_syncs

SESSION = "ab" * 16
OFFICE = Office({STORE_ID: public_of(STORE)}, frozenset({public_of(STORE)}), 1)
OP = b"age-encryption.org/v1\n-> mlkem768x25519 an op"
DESK = device_of(STORE)


class Outbox:
    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder / "fetched", Home(folder / "home")
        self.pickup = Pickup(self.home, device_of(BOX), Durable(no_syncs()))

    def offer(self, name: str, told: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(told)

    def file(self) -> int:
        return self.pickup.file(self.folder, STORE_ID, OFFICE, lambda: True)

    def filed(self) -> set[str]:
        return {str(path.relative_to(self.home.root)) for path in self.home.root.rglob("*") if path.is_file()}


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path)


def receipt(at: int = 1, seed: int = STORE, session: str = SESSION, **told: object) -> bytes:
    return line(seed, "ingest", "receipt", at, **receipt_told(session, "0" * 64, **told))


def test_what_is_genuine_gets_its_place_once(outbox: Outbox) -> None:
    outbox.offer(f"receipts/{SESSION}.{STORE_ID}.json", receipt())
    outbox.offer(f"statements/{DESK}/desk/000000.json", line(STORE, "desk", "hold", session=SESSION, on=True))
    outbox.offer(f"lanes/{DESK}/desk/000000.op.age", OP)
    assert outbox.file() == 3
    assert outbox.filed() == {
        f"receipts/{SESSION}.{STORE_ID}.json",
        f"inbox/statements/{DESK}/desk/000000.json",
        f"inbox/lanes/{DESK}/desk/000000.op.age",
    }
    assert outbox.file() == 0


def test_a_newer_receipt_takes_the_place_of_an_older_one_and_never_the_other_way(outbox: Outbox) -> None:
    name = f"receipts/{SESSION}.{STORE_ID}.json"
    for at, new in ((5, 1), (4, 0), (9, 1), (9, 0)):
        told = receipt(at, purge_after=at)
        outbox.offer(name, told if at != 9 or new else (outbox.home.receipts / Path(name).name).read_bytes())
        assert outbox.file() == new
    assert b'"purge_after":9' in (outbox.home.receipts / Path(name).name).read_bytes()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (f"receipts/{SESSION}.{STORE_ID}.json", receipt(seed=OTHER_STORE)),
        (f"receipts/{SESSION}.{STORE_ID}.json", receipt(session="cd" * 16)),
        (f"receipts/{SESSION}.{STORE_ID}.json", receipt(box="0" * 16)),
        (f"receipts/{SESSION}.{STORE_ID}.json", receipt(store="58" * 16)),
        (f"receipts/{SESSION}.{STORE_ID}.json", receipt()[:-9] + b'AAAAAA"}\n'),
        (f"receipts/{SESSION}.{STORE_ID}.json", b""),
        (f"receipts/{SESSION}.{STORE_ID}.json", b"{" * LINE_BYTES + b"{"),
        (f"receipts/{SESSION}.{STORE_ID}.json", line(STORE, "desk", "hold", session=SESSION, on=True)),
        (f"receipts/{SESSION}.{'58' * 16}.json", receipt()),
        (f"statements/{'0' * 16}/desk/000000.json", line(STORE, "desk", "hold", session=SESSION, on=True)),
        (f"statements/{DESK}/ingest/000000.json", line(STORE, "desk", "hold", session=SESSION, on=True)),
        ("receipts/passwd", receipt()),
        (f"statements/{DESK}/desk/000000.json", line(OTHER_STORE, "desk", "hold", session=SESSION, on=True)),
        (f"statements/{DESK}/desk/zero.json", line(STORE, "desk", "hold", session=SESSION, on=True)),
        (f"statements/{DESK}/000000.json", line(STORE, "desk", "hold", session=SESSION, on=True)),
        (f"statements/{DESK}/Desk/000000.json", line(STORE, "desk", "hold", session=SESSION, on=True)),
        ("statements/x/desk/000000.json", line(STORE, "desk", "hold", session=SESSION, on=True)),
        (f"lanes/{DESK}/desk/000000.op.age", b"in clear"),
        (f"lanes/{DESK}/desk/more/000000.op.age", OP),
        (f"lanes/{DESK}/desk/0.op.age", OP),
        (f"lanes/{device_of(BOX)}/web/000000.op.age", OP),
        ("elsewhere/000000.op.age", OP),
    ],
)
def test_anything_else_gets_none(outbox: Outbox, name: str, told: bytes) -> None:
    outbox.offer(name, told)
    assert outbox.file() == 0
    assert outbox.filed() == set()


def test_what_was_filed_is_never_written_over(outbox: Outbox) -> None:
    name = f"lanes/{DESK}/desk/000000.op.age"
    outbox.offer(name, OP)
    outbox.file()
    outbox.offer(name, OP + b" changed")
    assert outbox.file() == 0
    assert (outbox.home.inbox / name).read_bytes() == OP


def test_links_lead_nowhere(outbox: Outbox, tmp_path: Path) -> None:
    (tmp_path / "op").write_bytes(OP)
    folder = outbox.folder / f"lanes/{DESK}/desk"
    folder.mkdir(parents=True)
    (folder / "000000.op.age").symlink_to(tmp_path / "op")
    assert outbox.file() == 0


def test_filing_stops_when_it_must(outbox: Outbox) -> None:
    for n in range(5):
        outbox.offer(f"lanes/{DESK}/desk/{n:06d}.op.age", OP)
    asked = iter([True, True, False])
    with pytest.raises(Abandoned):
        outbox.pickup.file(outbox.folder, STORE_ID, OFFICE, lambda: next(asked))
    assert len(outbox.filed()) == 2
    assert outbox.file() == 3


def test_locals_are_what_they_look_like(outbox: Outbox) -> None:
    for name, told in {f"{SESSION}.age": OP, "x.age": OP, f"{'cd' * 16}.age": b"clear", f"{SESSION}.key": OP}.items():
        outbox.offer(f"locals/{name}", told)
    assert list(locals_in(outbox.folder)) == [(SESSION, OP)]
