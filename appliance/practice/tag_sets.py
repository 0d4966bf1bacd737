"""Reads the tag sets that come with the appliance, and an agency's own from a folder.

Apart from what a tag set is, which is pure.
"""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from appliance.errors import BadInput
from appliance.visit.tags import TagSet, TagSets, read_tag_set

SHIPPED: Final = files("appliance.visit") / "tag_sets"


def read_tag_sets(own: Path | None = None) -> TagSets:
    """Those that come with the appliance, and the `*.json` in `own`; a folder that is not there holds none.

    Raises BadInput and names the file that cannot be taken.
    """
    return TagSets([*_sets_in(SHIPPED), *(_sets_in(own) if own is not None and own.is_dir() else ())])


def _sets_in(folder: Traversable) -> Iterator[TagSet]:
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".json"):
            try:
                yield read_tag_set(file.read_bytes())
            except OSError:
                raise BadInput(f"The tag set {file.name} cannot be read.") from None
            except BadInput as fault:
                raise BadInput(f"The tag set {file.name}: {fault.what}", fault.do) from None
