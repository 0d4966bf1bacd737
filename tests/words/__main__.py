"""Brings the catalogs up to date: `make words` adds what is new, empty, and takes out what no page says any more.

Apart from the test, which changes nothing.
"""

import sys
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from appliance.languages.catalog import LANGUAGES, SOURCE
from tests.words.collecting import ROOT, collected

FOLDER: Final = ROOT / "appliance" / "languages"
WIDTH: Final = 120
HEADER: Final = """\
# Fieldreel in {name}. `make words` keeps this file in step with the pages.
msgid ""
msgstr ""
"Language: {tag}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def main() -> int:
    """How many translations are still to be written is told at the end."""
    places: dict[str, list[str]] = {}
    for each in collected():
        if each.sentence is None:
            sys.exit(f"{each.place}:{each.line} puts a sentence together; it cannot be looked up.")
        known = places.setdefault(each.sentence, [])
        if each.place not in known:
            known.append(each.place)
    for tag in LANGUAGES:
        if tag != SOURCE:
            print(f"{tag}: {update(FOLDER / f'{tag}.po', tag, places)} of {len(places)} sentences to translate")
    return 0


def update(path: Path, tag: str, places: dict[str, list[str]]) -> int:
    old = read(path)
    new = Catalog(locale=tag)
    for sentence, where in places.items():
        new.add(sentence, old.get(sentence, ""), locations=[(place, None) for place in where])  # type: ignore[misc]
    with path.open("wb") as file:
        file.write(HEADER.format(name=LANGUAGES[tag].name, tag=tag).encode())
        write_po(file, new, width=WIDTH, omit_header=True, include_lineno=False)
    return sum(1 for sentence in places if not old.get(sentence))


def read(path: Path) -> dict[str, str]:
    """Each sentence with its translation; "" where there is none yet."""
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file) if each.id}


if __name__ == "__main__":
    sys.exit(main())
