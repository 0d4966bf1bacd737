"""The courier's composition root: names the movers and the way of a real box, and puts the parts together.

Apart from `assembly`, which loads camera and cryptography that the courier never needs.
"""

import json
import os
import resource
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from appliance.board import Board
from appliance.clock import BenchClock, BoxClock, Clock
from appliance.config import Config
from appliance.courier.box_way import BoxWay
from appliance.courier.courier import Courier, CourierProcess, Parts
from appliance.courier.folder import FolderMover
from appliance.courier.mover import Mover
from appliance.courier.pace import JITTER_US
from appliance.courier.rclone import RcloneMover
from appliance.courier.rclone_program import find_rclone
from appliance.courier.recorder_end import RecorderEnd
from appliance.courier.targets import Target
from appliance.courier.way import BenchWay, Way
from appliance.errors import BadInput, Forbidden
from appliance.intercom import Answer, Intercom, Request
from appliance.peers import peers_of
from appliance.sealing.certificates import check_certificate
from appliance.store.durable import Durable, FolderLock
from appliance.store.layout import Home

RCLONE_CONFIG: Final = "rclone.conf"


@dataclass(frozen=True, slots=True)
class BenchDock:
    """`take` answers `dock` (open: true or false): whether the bench's box has a network."""

    way: BenchWay

    def take(self, request: Request) -> Answer:
        match request:
            case {"do": "dock", "open": bool(is_open)}:
                self.way.network = is_open
            case {"do": "dock"}:
                pass
            case _:
                raise BadInput("The bench's dock takes dock.")
        return {"open": self.way.network}


@dataclass(slots=True)
class Movers:
    """One mover of each kind, made when it is first needed: a box without a network target needs no rclone."""

    config: Config
    made: list[Mover] = field(default_factory=list)
    _rclone: RcloneMover | None = None
    _folder: FolderMover = field(default_factory=FolderMover)

    def to(self, target: Target) -> Mover:
        """Disks that are mounted here are written by ourselves, for rclone syncs nothing. Raises MoverMissing."""
        if target.mount is not None:
            return self._folder
        if self._rclone is None:
            self._rclone = RcloneMover(find_rclone(), private(self.config), self.config.home / "device" / RCLONE_CONFIG)
            self.made.append(self._rclone)
        return self._rclone


def build_courier(config: Config) -> CourierProcess:
    """Everything of the process, nothing started. Raises BadInput for a bad home, Forbidden for a second courier."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    home, durable, board, movers = Home(config.home), Durable(), Board(), Movers(config)
    bench = config.hardware == "bench"
    clock: Clock = BenchClock(os.environ) if bench else BoxClock(config.clock_word)
    way: Way = (dock := BenchWay()) if bench else BoxWay()
    recorder = RecorderEnd(config.intercom)
    box = device_of(home)
    lock = _alone(home, durable)
    jitter_us = 0 if bench else JITTER_US
    courier = Courier(Parts(home, private(config), box, clock, durable, way, recorder, movers.to, board, jitter_us))
    intercoms = [Intercom(config.courier, courier.take, follow=board.follow, peers=peers_of("courier"))]
    if bench:
        intercoms.append(Intercom(config.dock, BenchDock(dock).take))
    return CourierProcess(courier, intercoms, movers.made, recorder, lock)


def private(config: Config) -> Path:
    """The courier's own folder on the RAM disk: whoever reaches rclone's socket may do all that the courier may."""
    folder = config.run / "courier"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    return folder


def device_of(home: Home) -> str:
    """This device's id. Raises BadInput where the box was given no keys."""
    try:
        certificate = json.loads((home.device / "recorder.cert").read_bytes())
    except (OSError, ValueError):
        certificate = None
    if not isinstance(certificate, dict) or not check_certificate(certificate):
        raise BadInput("This box has no keys.", "Provision the box: fieldreel keys device.")
    return str(certificate["device"])


def _alone(home: Home, durable: Durable) -> FolderLock:
    durable.make_folder(home.journal)
    try:
        return durable.lock(home.journal)
    except Forbidden:
        raise Forbidden("Another courier is running in this home.", "Stop it first.") from None
