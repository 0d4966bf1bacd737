"""Whose key an op about a film's family is sealed to: the family's where it is known on this box, else the session's.

Apart because reels are made before and after a family is known, and must find their way to the one or the other alike.
"""

from dataclasses import dataclass

from web_ui.guard import opened
from web_ui.site import BoxSite


@dataclass(frozen=True, slots=True)
class Subject:
    id: str
    recipient: str


def subject_of(site: BoxSite, id_: str) -> Subject:
    """Of a session, or a family's own id. Raises NotFound, Unreadable, Locked."""
    if site.families.stands(id_):
        return Subject(id_, site.families.recipient(id_))
    recipient = site.films.recipient(id_)
    family = _family_of(site, id_)
    return Subject(id_, recipient) if family is None else Subject(family, site.families.recipient(family))


def _family_of(site: BoxSite, session: str) -> str | None:
    """By the visit that the session is of, else by its family's code."""
    known = opened().known
    line = known.lines().get(session)
    if line is None:
        return None
    of_visit = known.family_of_visit(line.visit) if line.visit is not None else None
    ids = [of_visit.id] if of_visit is not None else [each.id for each in known.families() if each.code == line.family]
    return next((id_ for id_ in ids if site.families.stands(id_)), None)
