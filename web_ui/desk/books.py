"""What a store says of itself and of the devices that it knows, read anew each time: another process may write it.

Apart from standing because it changes only when somebody at the office says so.
"""

from dataclasses import dataclass

from appliance.errors import NotFound
from appliance.office.facts import Facts, read_facts
from appliance.office.register import Registered, mark_lost, read_register
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

    def mark_lost(self, device: str, utc_ms: int) -> Registered:
        """From now on nothing of it is taken in; the first time stays. Raises NotFound."""
        return mark_lost(self.store, device, utc_ms)
