"""The noun language: which one this browser is spoken to in from now on.

Apart from how a page finds its sentences, which box, desk and the tests' stand-in share.
"""

from typing import Final

from flask import Blueprint

from appliance.errors import BadInput
from appliance.languages.catalog import LANGUAGES
from web_ui.answers import Answer
from web_ui.cookies import LANGUAGE
from web_ui.guard import body, changes

pages: Final = Blueprint("languages", __name__)


@changes(pages, "/api/language")
def choose() -> Answer:
    tag = body().get("language")
    if not isinstance(tag, str) or tag not in LANGUAGES:
        raise BadInput("This language is not spoken here.")
    return Answer({"language": tag}, {LANGUAGE: tag})
