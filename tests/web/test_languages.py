"""In which language a browser is answered, and that all of an answer is in it: page, scripts and faults."""

import json
import re
from typing import Any

import pytest

from appliance.errors import CardFull, Fault, PowerLow
from appliance.intercom import fault_object, remote_fault
from tests.web.box import Browser, WebBox
from web_ui.script_words import script_words

HTML = {"Accept": "text/html"}
WORDS = re.compile(r'<script type="application/json" id="words">(.*?)</script>')


def spoken(browser: Browser, **headers: str) -> str:
    """The language and direction that a page says it is in."""
    found = re.search(r'<html lang="(\w+)" dir="(\w+)">', browser.get("/unlock", **HTML, **headers).text)
    assert found is not None
    return f"{found[1]} {found[2]}"


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("", "en ltr"),
        ("he-IL,he;q=0.9,en;q=0.8", "he rtl"),
        ("iw", "he rtl"),
        ("es-419", "es ltr"),
        ("fr-FR,nl;q=0.7,en;q=0.3", "nl ltr"),
        ("fr", "en ltr"),
        ("en;q=0.2,es;q=0.1", "en ltr"),
        ("*", "en ltr"),
        (";;q=x,,", "en ltr"),
    ],
)
def test_a_phone_is_spoken_to_in_its_own_language(box: WebBox, asked: str, answered: str) -> None:
    assert spoken(box.browser(), **{"Accept-Language": asked}) == answered


def test_a_language_once_chosen_leads_and_stays(box: WebBox) -> None:
    """Also before anybody has paired, and after a restart."""
    browser = box.browser()
    assert browser.post("/api/language", {"language": "nl"}).json == {"language": "nl"}
    assert spoken(browser, **{"Accept-Language": "es"}) == "nl ltr"
    cookie = browser.client.get_cookie("__Host-box-language", "box.localhost")
    assert cookie is not None
    assert (cookie.value, cookie.secure, cookie.http_only) == ("nl", True, True)
    assert cookie.max_age is not None
    assert cookie.max_age > 300 * 24 * 3600


@pytest.mark.parametrize("language", ["fr", "", None, 4, ["nl"], "../nl"])
def test_no_other_language_is_taken(box: WebBox, language: Any) -> None:
    browser = box.browser()
    assert browser.post("/api/language", {"language": language}).code == "bad-input"
    browser.take_cookie("language", str(language))
    assert spoken(browser, **{"Accept-Language": "es"}) == "es ltr"


def test_a_page_carries_what_its_scripts_say(box: WebBox) -> None:
    phone = box.phone()
    page = phone.get("/record", **HTML, **{"Accept-Language": "nl"}).text
    found = WORDS.search(page)
    assert found is not None
    words = json.loads(found[1])
    assert words["Nothing is being recorded; a press starts a film."].startswith("Er wordt niets opgenomen")
    assert "Its box asks to erase it" not in words, "that one is the desk's"
    assert "Houd vast om te filmen" in page
    assert WORDS.search(phone.get("/record", **HTML, **{"Accept-Language": "en"}).text) is None


def test_no_sentence_ends_the_block_that_holds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web_ui.script_words.sentences", lambda _tag: {"The box does not answer.": "</script><b>"})
    monkeypatch.setattr("web_ui.script_words._words_of", script_words.__globals__["_words_of"].__wrapped__)
    block = script_words('<script src="/static/api.js">', "nl")
    assert block.count("<") == 2
    assert json.loads(str(WORDS.findall(block)[0])) == {"The box does not answer.": "</script><b>"}


def test_a_fault_is_said_in_the_language_of_whoever_asked(box: WebBox) -> None:
    told = {"fault": {"code": "not-paired", "what": "Deze telefoon is niet met het kastje gekoppeld."}}
    answer = box.browser().get("/api/status", **{"Accept-Language": "nl"}).json
    assert {**answer["fault"], "do": ""} == {**told["fault"], "do": ""}
    page = box.browser().get("/nothing", **HTML, **{"Accept-Language": "he"}).text
    assert "אין דבר בכתובת הזאת." in page
    assert 'lang="he" dir="rtl"' in page


def test_what_the_recorder_says_is_said_by_the_web(box: WebBox) -> None:
    """Wherever in an answer a fault stands, with what was filled in; and no page sees how it was put together."""
    phone, weak, full = (
        box.phone(),
        PowerLow("The battery is at {n} %.", n=14),
        CardFull("Made up {by} a test.", by="x"),
    )
    box.recorder.faults = [fault_object(weak), fault_object(full)]
    told = phone.get("/api/status", **{"Accept-Language": "nl"}).json["faults"]
    assert [each["what"] for each in told] == ["De accu staat op 14 %.", "Made up x a test."]
    assert told[0]["do"].startswith("Steek de stekker erin")
    assert all(each.keys() == {"code", "what", "do"} for each in told)
    english = phone.get("/api/status").json["faults"]
    assert [each["what"] for each in english] == ["The battery is at 14 %.", "Made up x a test."]


def test_a_value_that_is_a_sentence_is_said_too(box: WebBox) -> None:
    phone = box.phone()
    inside = Fault("{file} is not what was recorded: {why}", file="1.m4s", why="The sealed file was changed.")
    changed = Fault("{file} is not what was recorded: {why}", file="1.m4s", why="The message is too long.")
    box.recorder.faults = [fault_object(remote_fault(fault_object(changed))), fault_object(inside)]
    told = phone.get("/api/status", **{"Accept-Language": "es"}).json["faults"]
    assert told[0]["what"] == "1.m4s no es lo que se grabó: El mensaje es demasiado largo."
    assert told[1]["what"] == "1.m4s no es lo que se grabó: The sealed file was changed."
