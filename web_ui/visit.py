"""The noun visit: who is visited, what for, what was consented to; and the pages that lead through it.

Apart from recording, which goes on without any of this.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from flask import Blueprint, render_template

from appliance.errors import Forbidden, NotFound, StillReading
from appliance.practice.families import Consent, FamilyView
from appliance.practice.family_ops import AUTHORITIES, LANGUAGES, SCOPES
from appliance.visit.session import FAMILY_CODE, LENGTHS, Purpose
from web_ui.answers import Answer
from web_ui.fields import ID, flag, matching, one_of, op_id, perhaps_whole, text
from web_ui.guard import body, changes, opened, paired_phone, visitor
from web_ui.lane import NewOp
from web_ui.site import BoxSite, the_box
from web_ui.visit_steps import way
from web_ui.visiting import PASSED, Present
from web_ui.visitor import Role

pages: Final = Blueprint("visit", __name__)
PARTS: Final = ("ready", "family", "consent", "close")
QUESTION_CHARACTERS: Final = 300
THERE: Final = ("open", "closed", "recovered")
FAR_UTC_MS: Final = 1 << 52
PURPOSES: Final = tuple(each.value for each in Purpose)


@pages.get("/visit")
def home() -> str:
    return render_template("visit.html", page="visit")


@pages.get("/visit/ready")
def ready() -> str:
    return render_template("visit_ready.html", page="visit", step="ready")


@pages.get("/visit/family")
def family() -> str:
    return render_template("visit_family.html", page="visit", step="family")


@pages.get("/visit/consent")
def consent() -> str:
    return render_template("visit_consent.html", page="visit", step="consent")


@pages.get("/visit/close")
def close() -> str:
    return render_template("visit_close.html", page="visit", step="close")


@pages.get("/api/visit")
def told() -> dict[str, Any]:
    """The visit that is now, None without one, and the way through it.

    `question`, `consents` and `families` are None while this phone is locked. `reading`: more families may be found.
    """
    site, told = the_box(), the_box().recorder.ask("status")
    whole, families = True, None
    if visitor().role is Role.UNLOCKED:
        with opened().known.turn() as whole:
            _catch_up(site, told)
            families = [_family(view) for view in opened().known.families() if site.families.stands(view.id)]
    site.visiting.look(told)
    present, now_ms = _now(site), site.clock.utc_ms()
    steps = way(present, site.visiting.passed, filming=told["film"] is not None, now_ms=now_ms)
    return {
        "visit": None if present is None else _present(present, now_ms, locked=families is None),
        "armed": told["armed"],
        "done": list(steps.done),
        "next": steps.next,
        "last_session": present.filmed[-1] if present is not None and present.filmed else None,
        "families": families,
        "reading": not whole,
    }


@changes(pages, "/api/visit/family")
def find_family() -> Answer:
    """The family of this code: the one that is known, or a new one. `new`: it was made now."""
    site, asked = the_box(), body()
    code = matching(asked, "code", FAMILY_CODE, "a code such as F-017")
    language = None if asked.get("language") is None else one_of(asked, "language", LANGUAGES)
    with site.visiting.finding:
        written = site.lane.subject_of(op_id(asked))
        if written is not None:
            return Answer({"family": written, "new": False})
        found = _known_by_code(site, code)
        if found is not None and language in (None, found.language):
            return Answer({"family": found.id, "new": False})
        family = site.families.make() if found is None else found.id
        _write(site, family, "family", {"code": code, "language": language})
    return Answer({"family": family, "new": found is None})


@changes(pages, "/api/visit/begin")
def begin() -> Answer:
    """A visit to this family from now on; asked again for the same family it is changed, and no new one."""
    site, asked = the_box(), body()
    family = matching(asked, "family", ID, "32 hexadecimal digits")
    fields, discreet = _visit_fields(asked), flag(asked, "discreet", default=False)
    present = site.visiting.present
    if present is not None and present.family == family:
        before = {name: getattr(present, name) for name in fields}
        changed = {name: value for name, value in fields.items() if value != before[name]}
        visit = present.id
        if changed:
            _write(site, family, "edit", {"op": visit, **changed})
    else:
        visit = op_id(asked)
        _write(site, family, "visit", fields)
    with opened().known.turn():
        view = _view(family)
        facts = next((each for each in view.visits if each.id == visit), None)
        if facts is None:
            raise StillReading("The box is still reading what is on it.", "Wait a moment, then try again.")
        site.visiting.begin(view, facts, discreet=discreet)
    return Answer({"visit": visit})


@changes(pages, "/api/visit/consent")
def put_consent() -> Answer:
    """What was said about one scope, in the visit that is now. Films that it is good for are confirmed at once."""
    site, asked = the_box(), body()
    present = _need(site)
    fields: dict[str, Any] = {
        "scope": one_of(asked, "scope", SCOPES),
        "given": flag(asked, "given"),
        "authority": one_of(asked, "authority", AUTHORITIES),
        "until": perhaps_whole(asked, "until", 0, FAR_UTC_MS),
        "visit": present.id,
    }
    _write(site, present.family, "consent", fields)
    site.visiting.hear(Consent(at=site.clock.utc_ms(), **fields))
    with opened().known.turn():
        _confirm_films(site)
    return Answer({"scope": fields["scope"], "given": fields["given"]})


@changes(pages, "/api/visit/assent")
def put_assent() -> Answer:
    """What the child says to being filmed today."""
    site, asked = the_box(), body()
    present, says = _need(site), one_of(asked, "says", ("ok", "unsure", "no"))
    _write(site, present.family, "assent", {"visit": present.id, "says": says})
    site.visiting.ask_child(says)
    return Answer({"says": says})


@changes(pages, "/api/visit/passed")
def passed() -> Answer:
    """Somebody has been at this step, on whatever phone."""
    step = one_of(body(), "step", PASSED)
    the_box().visiting.been(step)
    return Answer({"step": step})


def _visit_fields(asked: Mapping[str, Any]) -> dict[str, Any]:
    purpose = one_of(asked, "purpose", PURPOSES)
    return {
        "purpose": purpose,
        "target_min": perhaps_whole(asked, "target_min", 1, LENGTHS[Purpose(purpose)].limit_min),
        "question": text(asked, "question", QUESTION_CHARACTERS) if asked.get("question") is not None else "",
    }


def _known_by_code(site: BoxSite, code: str) -> FamilyView | None:
    """Raises StillReading while more families may be found: one that exists must not be made again."""
    known = opened().known
    with known.turn() as whole:
        if not whole:
            raise StillReading("The box is still reading what is on it.", "Wait a moment, then try again.")
        return next((each for each in known.families() if each.code == code and site.families.stands(each.id)), None)


def _write(site: BoxSite, family: str, kind: str, fields: Mapping[str, Any]) -> None:
    recipients = (site.families.recipient(family),)
    site.lane.write(NewOp(op_id(body()), kind, family, recipients, paired_phone().id, fields))


def _now(site: BoxSite) -> Present | None:
    """The visit that is now; what was erased of it was never filmed."""
    present = site.visiting.present
    if present is None:
        return None
    here = {facts.id for facts in site.films.facts() if facts.state in THERE}
    return replace(present, filmed=tuple(each for each in present.filmed if each in here))


def _need(site: BoxSite) -> Present:
    present = site.visiting.present
    if present is None:
        raise Forbidden("There is no visit now.", "Choose the family first.")
    return present


def _view(family: str) -> FamilyView:
    found = opened().known.family(family)
    if found is None:
        raise NotFound("There is no such family on this box.")
    return found


def _catch_up(site: BoxSite, told: Mapping[str, Any]) -> None:
    """After a restart the recorder still knows which visit is now; what the desk sent is heard; films are confirmed."""
    armed, present = told["armed"]["visit"], site.visiting.present
    if present is None and armed is not None and not site.visiting.is_over(armed):
        view = opened().known.family_of_visit(armed)
        facts = next((each for each in view.visits if each.id == armed), None) if view is not None else None
        if view is not None and facts is not None and site.families.stands(view.id):
            site.visiting.begin(view, facts, discreet=told["armed"]["discreet"])
    elif present is not None:
        view = opened().known.family(present.family)
        if view is not None:
            site.visiting.learn(view)
    _confirm_films(site)


def _confirm_films(site: BoxSite) -> None:
    present = site.visiting.present
    if present is not None:
        lines = opened().known.lines().values()
        here = {facts.id for facts in site.films.facts() if facts.state in THERE}
        mine = {line.id: line.purpose for line in lines if line.visit == present.id and line.id in here}
        site.visiting.confirm(mine)


def _present(present: Present, now_ms: int, *, locked: bool) -> dict[str, Any]:
    return {
        "id": present.id,
        "family": present.family,
        "code": present.code,
        "purpose": present.purpose,
        "target_min": present.target_min,
        "discreet": present.discreet,
        "says": present.says,
        "may_film": present.may(present.purpose, now_ms),
        "question": None if locked else present.question,
        "consents": None if locked else [_consent(each, now_ms) for each in present.consents.values()],
    }


def _consent(consent: Consent, now_ms: int) -> dict[str, Any]:
    return {
        "scope": consent.scope,
        "given": consent.given,
        "good": consent.good(now_ms),
        "authority": consent.authority,
        "until": consent.until,
        "at": consent.at,
        "visit": consent.visit,
    }


def _family(view: FamilyView) -> dict[str, Any]:
    """`visits`: how many there were; `last`: when the newest began and its helping question."""
    last = view.visits[-1] if view.visits else None
    return {
        "id": view.id,
        "code": view.code,
        "language": view.language,
        "visits": len(view.visits),
        "last": None if last is None else {"at": last.at, "question": last.question, "purpose": last.purpose},
    }
