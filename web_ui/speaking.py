"""In which language a request is answered: the one chosen on this phone, else the one that its browser asks for.

Apart because pages, faults and the sentences of scripts must all agree on it.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from flask import Flask, g, has_request_context, request
from flask.json.provider import DefaultJSONProvider

from appliance.errors import Value
from appliance.languages.catalog import LANGUAGES, SOURCE, Language, translator
from web_ui.script_words import script_words

OLD_TAGS: Final = {"iw": "he"}
FAULT: Final = {"code", "what", "do"}


def speak(app: Flask, chosen: Callable[[], str | None]) -> None:
    """Gives an app its languages. `chosen`: what a browser's cookie says, whatever that may be."""
    app.json = SpokenJSON(app)
    app.before_request(partial(_find, chosen))
    app.jinja_env.globals.update(
        _=say, languages=list(LANGUAGES.values()), script_words=lambda markup: script_words(markup, language().tag)
    )
    app.context_processor(lambda: {"language": language()})


def _find(chosen: Callable[[], str | None]) -> None:
    tag = chosen()
    g.language = LANGUAGES.get(tag or "") or LANGUAGES[_asked_for()]


def _asked_for() -> str:
    """By Accept-Language; one that is not spoken here is passed over for the next."""
    for asked in request.accept_languages.values():
        tag = re.split("[-_]", asked.lower())[0]
        tag = OLD_TAGS.get(tag, tag)
        if tag in LANGUAGES:
            return tag
    return SOURCE


def language() -> Language:
    """Of the request; English where none is being answered."""
    found: Language = g.get("language", LANGUAGES[SOURCE]) if has_request_context() else LANGUAGES[SOURCE]
    return found


def say(sentence: str, /, **values: Value) -> str:
    return translator(language().tag)(sentence, **values)


class SpokenJSON(DefaultJSONProvider):
    """Every fault leaves in the language of the request, wherever in an answer it stands."""

    sort_keys = False

    def dumps(self, obj: Any, **options: Any) -> str:
        return super().dumps(spoken(obj), **options)


def spoken(told: Any) -> Any:
    """The same answer with its faults said, and nothing of how their sentences were put together."""
    if isinstance(told, dict):
        if told.keys() >= FAULT:
            return spoken_fault(told)
        return {key: spoken(value) for key, value in told.items()}
    if isinstance(told, list | tuple) and told and isinstance(told[0], dict | list):
        return [spoken(each) for each in told]
    return told


def spoken_fault(told: Mapping[str, Any]) -> dict[str, Any]:
    """A fault as `fault_object` has it. A value that is itself a sentence of the catalog is said as well."""
    said = told.get("said") or told
    values = {name: say(value) if isinstance(value, str) else value for name, value in said.get("values", {}).items()}
    sentences = {part: say(str(said[part]), **values) for part in ("what", "do")}
    return {name: value for name, value in told.items() if name != "said"} | sentences
