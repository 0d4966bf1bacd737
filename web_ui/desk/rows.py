"""The archive as lists: each session with what its log, its ops and what was said of it tell; and the families.

Apart from the pages because both lists are made of the same rows.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from appliance.errors import Fault, NotFound
from appliance.office.facts import Policy
from appliance.practice.projection import SessionLine
from appliance.store.listing import SessionFacts
from web_ui.desk.books import Books
from web_ui.desk.standing import Consent, Standing
from web_ui.films import Films
from web_ui.known import Known

READABLE: Final = ("open", "closed", "recovered")
GONE: Final = Consent(confirmed=False, held=False, until=None, order=None, asked=False)
Row = Mapping[str, Any]


class Rows:
    def __init__(self, films: Films, standing: Standing, books: Books) -> None:
        self._films, self._standing, self._books = films, standing, books

    def sessions(self, known: Known) -> list[Row]:
        """The newest first."""
        self._standing.look()
        names = {each.device: each.name for each in self._books.devices()}
        lines = known.lines()
        rows = [self._row(facts, lines.get(facts.id), names) for facts in self._films.facts()]
        return sorted(rows, key=lambda row: (row["utc_ms"], row["number"], row["id"]), reverse=True)

    def session(self, known: Known, session: str) -> Row:
        """Raises NotFound, Unreadable."""
        self._films.check(session)
        self._standing.look()
        names = {each.device: each.name for each in self._books.devices()}
        facts = next((each for each in self._films.facts() if each.id == session), None)
        if facts is None:
            raise NotFound("There is no such session here.")
        return self._row(facts, known.lines().get(session), names)

    def _row(self, facts: SessionFacts, line: SessionLine | None, names: Mapping[str, str]) -> dict[str, Any]:
        box, consent = self._said(facts)
        readable = facts.state in READABLE and facts.film_ms > 0
        return {
            "id": facts.id,
            "number": facts.number,
            "box": box,
            "box_name": names.get(box, box),
            "state": facts.state,
            "utc_ms": facts.utc_ms,
            "film_ms": facts.film_ms,
            "bytes": facts.bytes,
            "continues": facts.continues,
            "playable": readable and consent.confirmed and consent.order is None,
            "confirmed": consent.confirmed,
            "held": consent.held,
            "until_ms": consent.until,
            "order": consent.order,
            "asked": consent.asked,
            "family": line.family if line is not None else None,
            "purpose": line.purpose if line is not None else None,
            "moments": line.moments - line.stars if line is not None else 0,
            "stars": line.stars if line is not None else 0,
        }

    def _said(self, facts: SessionFacts) -> tuple[str, Consent]:
        try:
            return self._standing.box_of(facts.id), self._standing.consent(facts.id, facts.utc_ms + facts.film_ms)
        except Fault:
            return "", GONE


def keep_days(policy: Policy, purpose: str | None) -> int:
    """How long this class is kept once it was confirmed."""
    return policy.review_days if purpose == "review" else policy.film_days


def families(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """By code; sessions without one are under None, last. `until_ms`: when the first of them erases itself."""
    found: dict[str | None, list[Row]] = {}
    for row in rows:
        found.setdefault(row["family"], []).append(row)
    told = [_family(code, those) for code, those in found.items()]
    return sorted(told, key=lambda each: (each["family"] is None, each["family"] or ""))


def _family(code: str | None, rows: Sequence[Row]) -> dict[str, Any]:
    untils = [row["until_ms"] for row in rows if row["until_ms"] is not None and row["order"] is None]
    return {
        "family": code,
        "sessions": len(rows),
        "film_ms": sum(row["film_ms"] for row in rows),
        "last_ms": max(row["utc_ms"] for row in rows),
        "to_confirm": sum(not row["confirmed"] and row["order"] is None for row in rows),
        "held": sum(row["held"] for row in rows),
        "erasing": sum(row["order"] is not None for row in rows),
        "until_ms": min(untils, default=None),
    }
