"""The papers of one box: label, cards, checklist, leaflet, in the languages that are wanted, as PDF.

Apart from what prints them so that each can be looked at as HTML without a browser's help.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Final

import jinja2

from appliance import qr
from appliance.captive import ADDRESS
from appliance.provisioning.card import Laid
from appliance.provisioning.chromium import Chromium
from appliance.provisioning.wording import LANGUAGES, filled, isolated, read_words
from appliance.sealing.authority import compared

__all__ = ["KINDS", "LANGUAGES", "Paper", "draw", "print_papers"]

KINDS: Final[Mapping[str, tuple[int, int]]] = {
    "label": (105, 74),
    "quick": (105, 148),
    "light": (105, 148),
    "wrong": (148, 210),
    "ios": (105, 148),
    "android": (105, 148),
    "checklist": (210, 297),
    "leaflet": (210, 297),
}
"""Width and height in mm. Only the label holds a secret."""
MADE: Final = ".made.json"
_SHEETS: Final = files("appliance.provisioning") / "sheets"


@dataclass(frozen=True, slots=True)
class Paper:
    """What differs from box to box. `fingerprint`: "" where the certificate is not the office's own."""

    device: str
    ssid: str
    psk: str
    page: str
    fingerprint: str

    @classmethod
    def of(cls, laid: Laid) -> "Paper":
        wifi = laid.wifi
        return cls(laid.device, wifi.ssid if wifi else "", wifi.psk if wifi else "", laid.page, laid.fingerprint)

    @property
    def code(self) -> str:
        """What of the fingerprint people compare."""
        return compared(self.fingerprint)

    @property
    def first(self) -> str:
        """Where a new phone begins: the page on joining, where it must learn to trust the office's authority."""
        return f"http://{ADDRESS}/" if self.fingerprint else self.page

    @property
    def password(self) -> list[str]:
        """In fives, to be typed without a gap."""
        return [self.psk[at : at + 5] for at in range(0, len(self.psk), 5)]


def draw(kind: str, paper: Paper, language: str) -> str:
    """One paper as an HTML document that needs nothing else."""
    values = {"ssid": paper.ssid, "page": paper.page, "address": f"http://{ADDRESS}/"}
    words = filled(read_words(language), {name: isolated(value) for name, value in values.items()})
    width_mm, height_mm = KINDS[kind]
    return _environment().get_template(f"{kind}.html").render(
        kind=kind, words=words, text=words[kind], paper=paper, language=language,
        width_mm=width_mm, height_mm=height_mm,
        wifi_qr=qr.svg(qr.wifi_text(paper.ssid, paper.psk), words["label"]["network"]),
        page_qr=qr.svg(paper.first, words["label"]["page"]),
        style=(_SHEETS / "sheet.css").read_text(encoding="utf-8"),
    )  # fmt: skip


def print_papers(paper: Paper, languages: Sequence[str], folder: Path) -> list[str]:
    """PDFs in `folder`, as `en/label.pdf`; those that were printed now. What has not changed stays as it is.

    Raises BadInput without a Chromium, Fault where a text does not fit.
    """
    names = {f"{language}/{kind}.pdf": (kind, language) for language in languages for kind in KINDS}
    drawn = {name: draw(kind, paper, language) for name, (kind, language) in names.items()}
    wanted = {name: sha256(html.encode()).hexdigest() for name, html in drawn.items()}
    made = _made(folder)
    due = [name for name in names if made.get(name) != wanted[name] or not (folder / name).is_file()]
    if due:
        with Chromium() as browser:
            for name in due:
                (folder / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                _private(folder / name, browser.pdf(drawn[name]))
        _private(folder / MADE, json.dumps({**made, **wanted}, indent=1).encode())
    return due


def _made(folder: Path) -> dict[str, str]:
    try:
        found = json.loads((folder / MADE).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _private(path: Path, data: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(data)


def _environment() -> jinja2.Environment:
    def load(name: str) -> str:
        return (_SHEETS / name).read_text(encoding="utf-8")

    return jinja2.Environment(
        loader=jinja2.FunctionLoader(load), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )  # fmt: skip
