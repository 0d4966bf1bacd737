"""What is in a parcel that is a tar: plain files of the numbers that its name says, hints of them, and nothing else.

Apart because a tar is the one thing from outside that names files by itself.
"""

import os
import tarfile
from collections.abc import Iterator
from typing import BinaryIO, Final

from appliance.errors import FileTampered
from appliance.store.lanes import SUBJECTS
from appliance.store.layout import INIT, op_number, said_number, segment_number
from appliance.store.parcels import What

MEMBER_BYTES: Final = {"film": 64 << 20, "lane": 4 << 20, "said": 16 << 20}
BLOCK: Final = tarfile.BLOCKSIZE
_NUMBERS: Final = {"film": segment_number, "lane": op_number, "said": said_number}


def members(file: BinaryIO, what: What) -> Iterator[tuple[str, bytes]]:
    """Each file's name and its bytes, one after the other. Raises FileTampered, perhaps after some were good.

    Headers are read one by one and not by `TarFile`: that follows what they say, such as an extended one of gigabytes.
    """
    try:
        while (head := file.read(BLOCK)) != bytes(BLOCK):
            member = tarfile.TarInfo.frombuf(head, "ascii", "strict")
            if not _may_be(member, what):
                raise FileTampered(f"{what.text} holds something that does not belong in it.")
            yield member.name, _content(file, member.size)
            file.seek(-member.size % BLOCK, os.SEEK_CUR)
    except (tarfile.TarError, ValueError, EOFError, OSError):
        raise FileTampered(f"{what.text} is not a tar that can be read.") from None


def _content(file: BinaryIO, size: int) -> bytes:
    content = file.read(size)
    if len(content) != size:
        raise EOFError
    return content


def _may_be(member: tarfile.TarInfo, what: What) -> bool:
    plain = member.type in (tarfile.REGTYPE, tarfile.AREGTYPE)
    if not plain or not 0 <= member.size <= MEMBER_BYTES[what.kind]:
        return False
    if what.kind == "lane" and member.name == SUBJECTS:
        return True
    n = _NUMBERS[what.kind](member.name)
    return what.first <= n <= what.last if n is not None else what.kind == "film" and member.name == INIT
