"""Whose key an op about a film's family is sealed to: the family's where it is known on this box, else the session's.

Apart because reels are made before and after a family is known, and must find their way to the one or the other alike.
"""

from dataclasses import dataclass

from web_ui.site import BoxSite


@dataclass(frozen=True, slots=True)
class Subject:
    id: str
    recipient: str


def subject_of(site: BoxSite, id_: str) -> Subject:
    """Of a session or a family. Raises NotFound, Unreadable."""
    return Subject(id_, site.films.recipient(id_))
