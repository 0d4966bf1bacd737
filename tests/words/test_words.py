"""Every sentence that a page can show, in every language that it is said in."""

import re
from pathlib import Path

import pytest

from appliance.errors import BadInput, PowerLow
from appliance.intercom import fault_object
from appliance.languages.catalog import LANGUAGES, SOURCE, sentences, translator
from appliance.practice.tag_sets import read_tag_sets
from tests.words.__main__ import FOLDER, read, update
from tests.words.collecting import Found, collected, from_python, from_scripts, from_templates

OTHERS = [tag for tag in LANGUAGES if tag != SOURCE]
EACH = pytest.mark.parametrize("tag", OTHERS)
VALUE = re.compile(r"\{\w+\}")
HEBREW, LATIN = re.compile(r"[\u0590-\u05ff]"), re.compile(r"[A-Za-z]")


@pytest.fixture(scope="module")
def found() -> list[Found]:
    return collected()


def test_no_sentence_is_put_together(found: list[Found]) -> None:
    """One that is made of pieces, or holds a value already, is in no catalog."""
    assert [f"{each.place}:{each.line}" for each in found if each.sentence is None] == []


@EACH
def test_every_sentence_is_translated_and_no_other(tag: str, found: list[Found]) -> None:
    """`make words` adds what is missing, empty, and takes out what is no longer said."""
    wanted = {each.sentence for each in found if each.sentence is not None}
    known = read(FOLDER / f"{tag}.po")
    assert sorted(wanted - {sentence for sentence, said in known.items() if said}) == []
    assert sorted(known.keys() - wanted) == []


@EACH
def test_what_is_filled_in_is_filled_in_everywhere(tag: str) -> None:
    wrong = {en: said for en, said in sentences(tag).items() if set(VALUE.findall(en)) != set(VALUE.findall(said))}
    assert wrong == {}


@EACH
def test_a_translation_ends_as_its_english_does(tag: str) -> None:
    """A full stop or none, a question or none: whoever translated read the whole of it."""
    ends = ".?…:"
    wrong = {en: said for en, said in sentences(tag).items() if en[-1] in ends and said[-1] != en[-1]}
    wrong |= {en: said for en, said in sentences(tag).items() if en[-1] not in ends and said[-1] in ends}
    assert wrong == {}


def test_hebrew_is_hebrew() -> None:
    """A sentence that was left in English by mistake has no letter of the language."""
    plain = {en: VALUE.sub("", said) for en, said in sentences("he").items()}
    left = {en for en, said in plain.items() if LATIN.search(said) and not HEBREW.search(said)}
    assert left == {"{n} kB", "{n} MB", "{n} GB"}


def test_tags_are_worded_in_every_language() -> None:
    wordings = [
        each
        for tag_set in read_tag_sets().all()
        for each in (
            tag_set.wording,
            *(tag.wording for tag in tag_set.tags),
            *(rating.wording for rating in tag_set.ratings),
        )
    ]
    assert len(wordings) >= 30
    assert [each for each in wordings if not all(each.get(tag, "").strip() for tag in LANGUAGES)] == []


# ---- the collectors, each shown what it must find and what it must refuse


def test_what_is_collected_from_a_template(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text('{{ _("Film on", n=3) }} {# _("Not said") #} {{ {"a": _("Why?")}[x] }} plain')
    assert [each.sentence for each in from_templates(tmp_path)] == ["Film on", "Why?"]


def test_what_is_collected_from_a_script(tmp_path: Path) -> None:
    table = 'const other = { a: "Not said" };\nexport const words = said({\n  // "no": "no"\n  a: "It\'s {n}",\n'
    (tmp_path / "page.js").write_text(table + '  b: "Two" + "three",\n  c: `four`,\n});\nf({ d: "five" });')
    assert [each.sentence for each in from_scripts(tmp_path)] == ["It's {n}", None, None]


def test_what_is_collected_from_python(tmp_path: Path) -> None:
    (tmp_path / "appliance").mkdir()
    source = """
class Own(BadInput):
    do_default = "Own."
class BadInput(Fault):
    do_default: str = "Mend it."
raise Own("What {n}.", "Do." if x else "Do not.", n="no sentence")
raise NotOurs("Elsewhere.")
raise Own(f"Made {up}.")
tell(worded("Marked."))
"""
    (tmp_path / "appliance" / "a.py").write_text(source)
    told = [each.sentence for each in from_python(tmp_path)]
    assert set(told) == {"Own.", "Mend it.", "What {n}.", "Do.", "Do not.", None, "Marked."}


def test_a_catalog_is_brought_up_to_date(tmp_path: Path) -> None:
    """What is still said keeps its translation, what is new is empty, what is gone goes; and then nothing changes."""
    path = tmp_path / "nl.po"
    assert update(path, "nl", {"Stays.": ["a.py"], "Goes.": ["a.py"]}) == 2
    path.write_text(path.read_text().replace('msgid "Stays."\nmsgstr ""', 'msgid "Stays."\nmsgstr "Blijft."'))
    assert update(path, "nl", {"Stays.": ["a.py", "b.js"], "New.": ["b.js"]}) == 1
    assert read(path) == {"Stays.": "Blijft.", "New.": ""}
    before = path.read_bytes()
    update(path, "nl", {"Stays.": ["a.py", "b.js"], "New.": ["b.js"]})
    assert path.read_bytes() == before


# ---- how they are said


def test_a_sentence_is_said_with_its_values() -> None:
    fault = PowerLow("The battery is at {n} %.", n=14)
    assert translator("nl")(fault.said[0], **fault.values) == "De accu staat op 14 %."
    assert translator("en")(fault.said[0], **fault.values) == fault.what == "The battery is at 14 %."
    assert translator("he")("{a} of {b}", a="F-017", b=3) == "\u2068F-017\u2069 of 3"
    assert translator("es")("{a} of {b}", a="F-017", b=3) == "F-017 of 3"


def test_braces_of_a_sentence_without_values_stay() -> None:
    assert fault_object(BadInput("A tag is {key}."))["what"] == "A tag is {key}."
