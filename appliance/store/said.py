"""One writer's statements as files: numbered lines in clear, each durable before it is acted upon (FORMAT 10).

Apart from lanes of ops because nothing here is sealed; what a line means, and who is believed, is for `said` to know.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from appliance.errors import CardFailing
from appliance.store.durable import Durable, card_faults
from appliance.store.lanes import Numbering, read_numbering
from appliance.store.layout import said_name, said_number


def said_numbering(folder: Path) -> Numbering:
    """The numbers of a folder's statements; empty where there is none. Raises CardFailing."""
    with card_faults():
        return read_numbering(folder, said_number)


def said_lines(folder: Path, wanted: Callable[[Path], bool] = lambda path: True) -> Iterator[tuple[Path, bytes]]:
    """Every wanted statement's file and its bytes, in the order of their numbers. Raises CardFailing."""
    for n in said_numbering(folder).numbers:
        path = folder / said_name(n)
        if wanted(path):
            with card_faults():
                yield path, path.read_bytes()


def put_said(folder: Path, n: int, line: bytes, durable: Durable) -> None:
    """Statement `n` of this folder, whole and durable on return; never over another. Raises CardFull or CardFailing."""
    durable.make_folder(folder)
    if (folder / said_name(n)).exists():
        raise CardFailing("Another process speaks as this writer.")
    durable.write_whole(folder / said_name(n), line)
