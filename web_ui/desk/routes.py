"""Who may ask for what at the desk; as on a box, an address that is not in the table is closed, whoever asks.

Apart so that it is read as one page.
"""

from typing import Final

from web_ui.visitor import Access, Role

STRANGER, SIGNED_IN = Access(Role.STRANGER), Access(Role.UNLOCKED)
LOOKS: Final = Access(Role.UNLOCKED, use=False)
"""What a page asks for by itself."""
CHANGES: Final = Access(Role.UNLOCKED, once=True)

ROUTES: Final[dict[str, Access]] = {
    "static": STRANGER,
    "languages.choose": Access(Role.STRANGER, once=True),
    "entry.front": STRANGER,
    "entry.page": STRANGER,
    "entry.hello": STRANGER,
    "entry.sign_in": Access(Role.STRANGER, once=True),
    "entry.sign_out": CHANGES,
    "entry.status": LOOKS,
    "archive.families": SIGNED_IN,
    "archive.families_listed": LOOKS,
    "archive.family": SIGNED_IN,
    "archive.sessions": SIGNED_IN,
    "archive.sessions_listed": LOOKS,
    "archive.about": SIGNED_IN,
    "archive.about_told": LOOKS,
    "moments.tag_sets": SIGNED_IN,
    "moments.of_session": LOOKS,
    "film.player": SIGNED_IN,
    "film.playlist": SIGNED_IN,
    "film.init": SIGNED_IN,
    "film.segment": SIGNED_IN,
    "film.frame": SIGNED_IN,
    "film.pts": SIGNED_IN,
    "checks.begin": CHANGES,
    "checks.told": LOOKS,
    "consent.confirm": CHANGES,
    "consent.hold": CHANGES,
    "consent.erase": CHANGES,
    "consent.erase_family": CHANGES,
    "consent.receipt": SIGNED_IN,
    "boxes.page": SIGNED_IN,
    "boxes.listed": LOOKS,
    "boxes.sheet": SIGNED_IN,
    "boxes.lost": CHANGES,
    "deeds.page": SIGNED_IN,
    "deeds.listed": LOOKS,
}
