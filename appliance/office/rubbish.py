"""What in a drop is of no use: files of a wrong name, and torn attempts that nothing replaced.

Apart because nothing here is footage: a box keeps what it has no receipt for, whatever becomes of a torn copy.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appliance.office.drop import Drop, Scales
from appliance.office.register import Registered
from appliance.office.report import Report
from appliance.store.archive import Store
from appliance.store.durable import Durable, card_faults

RUBBISH_MS: Final = 30 * 86_400_000


@dataclass(frozen=True, slots=True)
class Rubbish:
    store: Store
    scales: Scales
    durable: Durable

    def clear(self, device: Registered, drop: Drop, report: Report) -> None:
        """Tell of every file of a wrong name; what is rubbish and 30 days old is removed. Raises CardFailing."""
        for path in drop.strangers:
            if _old(path, report.at) and not path.is_dir():
                self._remove(path, report)
            else:
                report.find(device.device, self._place(path), "has a name that no parcel has")
        for parcels in drop.parcels.values():
            for parcel in parcels:
                if _old(parcel.path, report.at) and self.scales.torn(parcel):
                    self._remove(parcel.path, report)

    def _remove(self, path: Path, report: Report) -> None:
        self.durable.remove(path)
        self.durable.sync_folder(path.parent)
        report.removed.append(self._place(path))

    def _place(self, path: Path) -> str:
        return path.relative_to(self.store.root).as_posix()


def _old(path: Path, now_ms: int) -> bool:
    with card_faults():
        return path.is_symlink() or now_ms - path.lstat().st_mtime_ns // 1_000_000 > RUBBISH_MS
