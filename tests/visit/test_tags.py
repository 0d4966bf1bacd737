"""Tag sets: what ships says what the practice says, and an agency's own is taken or refused with a reason."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import BadInput
from appliance.practice.tag_sets import SHIPPED, read_tag_sets
from appliance.visit.session import Purpose
from appliance.visit.tags import LAG_MS, LEAD_MS, TagSet, TagSets, read_tag_set, word_in

LANGUAGES = {"en", "nl", "es", "he"}
WORDS = {
    "orion-8": (
        "naming with approval · taking turns · strengthening the weak link · following with a positive verbal response"
        " · framing verbal interactions positively · supporting initiative · taking the lead · sharing pleasant moments"
    ),
    "attunement-6": (
        "being attentive · encouraging initiatives · receiving initiatives · developing attuned interactions · guiding"
        " · deepening discussion"
    ),
    "find-5": (
        "sharing the child's focus · supporting and encouraging · naming · back and forth · endings and beginnings"
    ),
    "family": "that one!",
    "own-practice": (
        "guider waits · parent speaks first · guider receives before adding · new insight · parent's words"
    ),
}
OWN: dict[str, Any] = {
    "v": 1,
    "set": "our-3",
    "version": 2,
    "wording": {"en": "Ours"},
    "tags": [
        {"key": "calm", "wording": {"he": "רוגע"}, "lead_ms": 12_000, "lag_ms": 500},
        {"key": "b", "wording": {"nl": "b"}},
    ],
}


def shipped() -> dict[str, TagSet]:
    return {each.name: each for each in read_tag_sets().all()}


def read(told: object) -> TagSet:
    return read_tag_set(json.dumps(told).encode())


@pytest.mark.parametrize("name", WORDS)
def test_the_words_are_those_of_the_practice(name: str) -> None:
    assert " · ".join(tag.wording["en"] for tag in shipped()[name].tags) == WORDS[name]


def test_these_sets_ship_and_no_others() -> None:
    sets = shipped()
    assert sets.keys() == WORDS.keys()
    usual = {(each.version, each.purpose) for each in sets.values() if each.name not in ("own-practice", "family")}
    assert usual == {(1, Purpose.FILM)}
    assert sets["own-practice"].purpose is Purpose.REVIEW
    assert [rating.wording["en"] for rating in sets["orion-8"].ratings] == ["appropriate toys", "child positive affect"]
    assert [tag.ref for tag in sets["orion-8"].tags][1] == "orion-8@1/taking-turns"


def test_every_word_is_there_in_every_language_and_once() -> None:
    for each in shipped().values():
        wordings = [each.wording, *(tag.wording for tag in each.tags), *(rating.wording for rating in each.ratings)]
        assert all(wording.keys() == LANGUAGES for wording in wordings)
        for language in LANGUAGES:
            words = [tag.wording[language] for tag in each.tags]
            assert len(set(words)) == len(words)
            assert all(bool(re.search(r"[א-ת]", text)) == (language == "he") for text in words)
        for translated in ("nl", "es"):
            assert all(tag.wording[translated] != tag.wording["en"] for tag in each.tags)


def test_what_ships_reaches_back_as_the_practice_has_it() -> None:
    tags = [tag for each in shipped().values() for tag in each.tags]
    assert {(tag.lead_ms, tag.lag_ms) for tag in tags} == {(8_000, 4_000)} == {(LEAD_MS, LAG_MS)}
    assert len({tag.icon for tag in tags}) == len(tags) == 25


def test_the_files_are_part_of_the_package() -> None:
    told = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    assert "visit/tag_sets/*.json" in told["tool"]["setuptools"]["package-data"]["appliance"]
    assert {file.name for file in SHIPPED.iterdir()} == {f"{name}.json" for name in WORDS}


def test_an_agency_adds_its_own(tmp_path: Path) -> None:
    (tmp_path / "ours.json").write_text(json.dumps(OWN), encoding="utf-8")
    (tmp_path / "README.txt").write_text("no tag set", encoding="utf-8")
    sets = read_tag_sets(tmp_path)
    assert [each.name for each in sets.offered(Purpose.FILM)] == ["orion-8", "attunement-6", "find-5", "our-3"]
    assert [each.name for each in sets.offered(Purpose.REVIEW)] == ["own-practice"]
    assert len(sets.offered()) == 6
    assert "family" not in {each.name for purpose in Purpose for each in sets.offered(purpose)}
    tag = sets.tag("our-3@2/calm")
    assert tag is not None
    assert (tag.icon, word_in(tag.wording, "en")) == ("tag", "רוגע")
    assert sets.margins(["our-3@2/calm"]) == (12_000, 500)
    assert sets.margins(["our-3@2/calm", "our-3@2/b"]) == (12_000, 4_000)


def test_nobody_needs_sets_of_their_own(tmp_path: Path) -> None:
    assert {each.name for each in read_tag_sets(tmp_path / "none").all()} == WORDS.keys()
    (tmp_path / "bad.json").write_bytes(b"{")
    with pytest.raises(BadInput, match=r"bad\.json"):
        read_tag_sets(tmp_path)
    (tmp_path / "bad.json").unlink()
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(BadInput, match=r"folder\.json"):
        read_tag_sets(tmp_path)


def test_a_moment_keeps_the_version_that_it_was_tagged_with() -> None:
    old, new = (
        read(OWN | {"version": 9}),
        read(OWN | {"version": 10, "tags": [{"key": "other", "wording": {"en": "o"}}]}),
    )
    sets = TagSets([new, old])
    assert sets.tag("our-3@9/calm") is not None
    assert [each.version for each in sets.all()] == [9, 10]
    assert [each.version for each in sets.offered()] == [10]
    with pytest.raises(BadInput, match="two tag sets our-3 of version 9"):
        TagSets([old, new, read(OWN | {"version": 9})])


def test_unknown_tags_have_the_usual_margins() -> None:
    sets = TagSets([read(OWN)])
    assert sets.tag("theirs@1/x") is None
    assert sets.margins([]) == sets.margins(["theirs@1/x"]) == (LEAD_MS, LAG_MS)
    assert sets.margins(["theirs@1/x", "our-3@2/calm"]) == (12_000, 500)


def test_words_come_in_the_language_asked_for_or_in_one_that_there_is() -> None:
    assert word_in({"en": "a", "he": "b"}, "he") == "b"
    assert word_in({"es": "c", "en": "a"}, "nl") == "a"
    assert word_in({"es": "c"}, "nl") == "c"


def test_a_tag_set_is_told_as_json() -> None:
    told = json.loads(json.dumps(read(OWN).told()))
    assert (told["name"], told["version"], told["purpose"], told["ratings"]) == ("our-3", 2, "film", [])
    assert told["tags"][1] == {
        "ref": "our-3@2/b", "key": "b", "wording": {"nl": "b"}, "icon": "tag", "lead_ms": 8_000, "lag_ms": 4_000,
    }  # fmt: skip


def tags_with(**changed: object) -> dict[str, object]:
    return {"tags": [{"key": "a", "wording": {"en": "a"}} | changed]}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"v": 2}, "v must be 1"), ({"v": True}, "v must be 1"), ({"v": None}, "v must be 1"),
        ({"set": "Ours"}, "set"), ({"set": "a" * 41}, "set"), ({"set": "a/b"}, "set"), ({"set": "ours\n"}, "set"),
        ({"version": 0}, "version"), ({"version": "1"}, "version"), ({"version": True}, "version"),
        ({"purpose": "party"}, "purpose"), ({"purpose": []}, "purpose"), ({"colour": "red"}, "not known"),
        ({"wording": {}}, "wording"), ({"wording": "Ours"}, "wording"), ({"wording": {"EN": "Ours"}}, "wording"),
        ({"wording": {"en": " "}}, "wording"), ({"wording": {"en": "a\nb"}}, "wording"),
        ({"wording": {"en": "a" * 81}}, "wording"), ({"wording": {"en": 5}}, "wording"),
        ({"tags": []}, "tags"), ({"tags": {}}, "tags"), ({"tags": ["calm"]}, "A tag"),
        ({"tags": [{"key": str(n), "wording": {"en": "a"}} for n in range(25)]}, "tags"),
        ({"tags": OWN["tags"] * 2}, "twice"), ({"ratings": [{"key": "calm", "wording": {"en": "a"}}]}, "twice"),
        ({"ratings": [{"key": "a", "wording": {"en": "a"}, "icon": "x"}]}, "A rating"),
        (tags_with(lead_ms=-1), "lead_ms"), (tags_with(lead_ms=60_001), "lead_ms"), (tags_with(lag_ms=0), "lag_ms"),
        (tags_with(lag_ms=4.0), "lag_ms"), (tags_with(icon="<svg>"), "icon"), (tags_with(key=None), "key"),
        (tags_with(lead=8), "not known"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_named(changed: dict[str, object], told: str) -> None:
    with pytest.raises(BadInput, match=told):
        read(OWN | changed)


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"\xff", b"[" * 30_000, b" " * 70_000, b'{"v":1' + b"0" * 9000])
def test_a_file_that_is_no_tag_set_is_bad_input(data: bytes) -> None:
    with pytest.raises(BadInput):
        read_tag_set(data)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from([*OWN, "purpose", "ratings"]), values, max_size=3), values)
def test_any_json_is_a_tag_set_or_bad_input(changed: dict[str, Any], tag: object) -> None:
    for told in (OWN | changed, OWN | {"tags": [tag]}):
        try:
            found = read(told)
        except BadInput:
            continue
        assert all(tag.wording and tag.lag_ms > 0 for tag in found.tags)
