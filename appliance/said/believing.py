"""Whom a program on the box believes, and what became of each session by their word; heard anew each time it is asked.

Apart from speaking because it only reads: own statements, other writers' of this box, the inbox, `device/office.json`.
"""

from collections.abc import Sequence

from appliance.said.fates import Fates
from appliance.said.hearing import Hearing, believe
from appliance.said.kinds import Erase, Said
from appliance.said.trusted import Inbox, Office, read_office
from appliance.said.voice import Voice
from appliance.store.layout import Home

PAGES = "web"


class Believing:
    """`public`: the device's own key in base64; `others`: its writers besides `voice`. Not for two threads at once."""

    def __init__(self, home: Home, voice: Voice, public: str, others: Sequence[str] = (PAGES,)) -> None:
        self._home, self._voice, self._public, self._others = home, voice, public, others
        self._office: Office | None = None

    def office(self) -> Office:
        """Raises BadInput for a spoiled `device/office.json`: then nobody can be believed, and no hold be seen."""
        office = read_office(self._home)
        if office != self._office:
            self._office, self._fates = office, Fates(office.desk_devices)
            self._inbox, self._own = Inbox(self._home), Hearing()
        return office

    def fates(self) -> Fates:
        """By everything said until now. Raises BadInput, CardFailing."""
        office = self.office()
        self._fates.add(self._voice.said())
        for writer in self._others:
            self._fates.add(self._own.hear(self._home.statements(writer), (self._public,)))
        self._fates.add(self._inbox.new(office))
        return self._fates

    def order(self, line: bytes) -> Said | None:
        """An order to erase, if its desk is believed or it is this box's own web; else None. Raises BadInput."""
        office = self.office()
        said = believe(line, (*office.desks, self._public))
        if not isinstance(said, Erase):
            return None
        return said if said.writer == (PAGES if said.device == self._voice.device else "desk") else None
