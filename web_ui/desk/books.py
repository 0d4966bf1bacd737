"""What a store says of itself and of the devices that it knows, read anew each time: another process may write it.

Apart from standing because it changes only when somebody at the office says so.
"""

import json
from dataclasses import dataclass

from appliance.errors import NotFound
from appliance.office.facts import Facts, read_facts
from appliance.office.register import Registered, mark_lost, read_register
from appliance.office.report import REPORT
from appliance.store.archive import Store


@dataclass(frozen=True, slots=True)
class Books:
    """Everything raises BadInput where `store.json` or the register is spoiled: then nobody knows whom to believe."""

    store: Store

    def facts(self) -> Facts:
        return read_facts(self.store)

    def devices(self) -> list[Registered]:
        """All that were ever registered, by name."""
        return sorted(read_register(self.store).values(), key=lambda each: (each.name, each.device))

    def device(self, device: str) -> Registered:
        """Raises NotFound."""
        found = read_register(self.store).get(device)
        if found is None:
            raise NotFound("There is no such box.")
        return found

    def findings(self, device: str) -> list[str]:
        """What the last round of taking in found wrong with what came of this device, a clause each; none: nothing."""
        try:
            told = json.loads((self.store.root / REPORT).read_bytes())["findings"]
            return [f"{each['file']} {each['what']}" for each in told if each["device"] == device]
        except (OSError, ValueError, KeyError, TypeError):
            return []

    def mark_lost(self, device: str, utc_ms: int) -> Registered:
        """From now on nothing of it is taken in; the first time stays. Raises NotFound."""
        return mark_lost(self.store, device, utc_ms)
