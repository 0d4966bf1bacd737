"""The office of a demo: a store that knows the box, what takes in all that it carries, and the desk's pages.

Apart from the box because the two meet only in what is carried: a folder in place of a network.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appliance.commands.demo_box import PASSPHRASE, DemoBox, begun, done
from appliance.commands.demo_desk import PORT, DemoDesk
from appliance.errors import BadInput
from appliance.office.facts import read_facts
from appliance.office.register import read_register
from appliance.store.archive import Store

LOOK_S: Final = 1
STOP_S: Final = 20.0


@dataclass(slots=True)
class DemoOffice:
    """`folder` holds the store and the logs; `box` is the one box that it knows."""

    folder: Path
    box: DemoBox
    port: int = PORT
    desk: DemoDesk | None = None
    _ingest: "subprocess.Popen[bytes] | None" = None

    @property
    def store(self) -> Store:
        return Store(self.folder / "store")

    @property
    def address(self) -> str:
        return "" if self.desk is None else self.desk.address

    def prepare(self) -> None:
        """Make the store and a member of staff, and let box and store know each other; only what is not there yet."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        root = str(self.store.root)
        if not self.store.facts.exists():
            files = [str(self.box.folder / f"{name}.pub") for name in ("office", "escrow")]
            recipients = [option for file in files for option in ("--recipient-file", file)]
            done(begun("office", "make", root, "--name", "Demo office", *recipients))
        if not read_register(self.store):
            done(begun("office", "add", root, str(self.box.home), "--name", "Demo box"))
        target = json.dumps(self._target())
        done(begun("office", "trust", root, "--home", str(self.box.home), "--target", target))
        if not any(self.store.staff.glob("*.key")):
            self._desk().add_member(self.box.office_key, PASSPHRASE)

    def _target(self) -> dict[str, str]:
        (device,) = read_register(self.store)
        drop, outbox = self.store.drop(device), self.store.outbox(device)
        return {"store": read_facts(self.store).store, "remote": str(drop), "pickup": str(outbox), "needs": "network"}

    def _desk(self) -> DemoDesk:
        self.desk = self.desk or DemoDesk(self.store.root, self.folder / "run", self.folder / "desk.log", self.port)
        return self.desk

    def launch(self) -> None:
        """Start taking in and the desk, and wait for nothing."""
        with (self.folder / "ingest.log").open("ab") as told:
            self._ingest = subprocess.Popen(
                [sys.executable, "-m", "appliance", "ingest", str(self.store.root), "--watch", str(LOOK_S)],
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=told,
            )
        self._desk().launch()

    def wait_usable(self) -> str:
        """The desk's address once its first page is served. Raises Fault."""
        desk = self._desk()
        desk.wait_usable()
        return desk.address

    def stop(self) -> None:
        if self.desk is not None:
            self.desk.stop()
            self.desk = None
        if self._ingest is not None:
            self._ingest.terminate()
            try:
                self._ingest.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self._ingest.kill()
                self._ingest.wait()
            self._ingest = None


def told_to_sign_in(office: DemoOffice) -> str:
    """For whoever stands before the desk's first page. Raises BadInput before `launch`."""
    if office.desk is None:
        raise BadInput("The office was not started.")
    return f'sign in as Desk, with "{PASSPHRASE}"'
