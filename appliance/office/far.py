"""A drop and an outbox that lie elsewhere, in a bucket or behind SFTP, brought here and answered by rclone.

Apart because taking in reads its own storage and no other: what is far is fetched first, and goes there only once it
was taken in here. Below `place` it has `drop/<device>/` and `outbox/<device>/`, as a store does.

1. List a device's drop; copy every parcel of it here. Whatever fails ends this without a change there. What is called
   otherwise, or is larger than a parcel may be, stays there: a name that no disk takes must not stop everybody's film.
2. Take in, as always.
3. Delete there what was copied and is here no more; bring the outbox there to what it is here.

Stopped before 3, what was taken in is copied again, found to be held, and deleted then.
"""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from appliance.errors import OfficeUnreachable
from appliance.office.drop import most_bytes
from appliance.office.register import read_register
from appliance.store.archive import Store
from appliance.store.parcels import read_name

LONGEST_S: Final = 6 * 3_600.0
_DO: Final = "Nothing is lost: what is not fetched stays where it is. See whether that place can be reached."


@dataclass(slots=True)
class Far:
    """`program`: rclone. `place`: as rclone names it. `config`: rclone's own file with the credentials."""

    store: Store
    program: str
    place: str
    config: Path | None = None
    _fetched: dict[str, list[str]] = field(default_factory=dict)

    def fetch(self) -> None:
        """Step 1, for every device in the register that is not lost. Raises OfficeUnreachable, BadInput."""
        self._fetched.clear()
        for device in self._devices():
            there, here = f"{self.place}/drop/{device}", self.store.drop(device)
            listed = _parcels(self._run("lsf", "--files-only", "--format", "sp", there, absent_is_empty=True))
            if listed:
                told = "".join(f"{name}\n" for name in listed)
                options = ("--ignore-existing", "--no-update-modtime", "--files-from-raw", "-")
                self._run("copy", *options, there, str(here), told=told)
            self._fetched[device] = [name for name in listed if (here / name).is_file()]

    def clear(self) -> None:
        """Step 3. Raises OfficeUnreachable."""
        for device, names in self._fetched.items():
            here = self.store.drop(device)
            gone = [name for name in names if not (here / name).exists()]
            if gone and here.is_dir():  # a disk that went takes nothing with it there
                told = "".join(f"{name}\n" for name in gone)
                self._run("delete", "--files-from-raw", "-", f"{self.place}/drop/{device}", told=told)
        for device in self._devices():
            self._run("sync", str(self.store.outbox(device)), f"{self.place}/outbox/{device}")

    def _devices(self) -> Sequence[str]:
        known = read_register(self.store).values()
        return [each.device for each in known if each.lost is None and not self.store.drop(each.device).is_symlink()]

    def _run(self, *command: str, told: str = "", absent_is_empty: bool = False) -> str:
        config = "" if self.config is None else str(self.config)
        whole = [self.program, "--config", config, "--retries", "2", *command]
        try:
            done = subprocess.run(whole, input=told, capture_output=True, text=True, timeout=LONGEST_S, check=False)
        except (OSError, subprocess.TimeoutExpired):
            raise OfficeUnreachable("The program that fetches from the far end did not come back.", _DO) from None
        if done.returncode == NO_SUCH_FOLDER and absent_is_empty:
            return ""
        if done.returncode:
            raise OfficeUnreachable(f"The far end of the store could not be used (rclone {command[0]}).", _DO)
        return done.stdout


def _parcels(listed: str) -> list[str]:
    """The names of parcels in lines of `size;name`."""
    found = []
    for size, _, name in (line.partition(";") for line in listed.split("\n")):
        parcel = read_name(name)
        if parcel is not None and size.isdigit() and int(size) <= most_bytes(parcel.what):
            found.append(name)
    return found


NO_SUCH_FOLDER: Final = 3
"""What rclone exits with where a folder is not there; a bucket has none until something is in it."""
