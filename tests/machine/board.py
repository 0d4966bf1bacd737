"""A box in a machine: our package as a board has it, with pins, camera, sound card and radios.

Apart from the box in a container because here everything waits longer, and each word must cost little.
"""

import base64
import io
import json
import shlex
import tarfile
from pathlib import Path
from typing import Any, Final

from tests.lab.machine import Machine
from tests.lab.system import Failed
from tests.pi.box import HOME, PiBox

RECORDER: Final = "recorder/recorder.sock"
READY: Final = "s['state'] == 'ready'"
SOUND: Final = "s['level'] and s['level']['rms_dbfs'] > -40"
NOISE: Final = """head -c 9600000 /dev/urandom > /run/lab/noise
systemd-run --quiet --unit=noise --property=Restart=always --property=RestartSec=100ms \\
    --property=StartLimitIntervalSec=0 \\
    aplay --quiet --device=plughw:CARD=USBMIC,DEV=1 --format=S16_LE --rate=48000 --channels=1 /run/lab/noise"""
RECORD, RECESSED = 17, 27
"""The buttons' pins (BCM)."""
RED, GREEN, BLUE, BUZZER = 22, 23, 24, 25


class Board(PiBox):
    """`machine`: whatever else is to be done with it. Limits of time are a board's; the machine makes them longer."""

    def __init__(self, machine: Machine) -> None:
        super().__init__(machine)
        self.machine = machine

    def ask(self, verb: str, socket: str = RECORDER, user: str = "root", **fields: Any) -> Any:
        who = "" if user == "root" else f"runuser -u {user} -g fieldreel -- "
        return json.loads(self.run(f"{who}python3 /srv/lab/ask.py {socket} {verb} {shlex.quote(json.dumps(fields))}"))

    def status_until(self, expression: str, timeout_s: float = 30.0, socket: str = RECORDER) -> dict[str, Any]:
        """The status in which a Python expression over `s` holds. Raises Failed with the last one, and the journal."""
        limit_s = timeout_s * self.machine.slowness
        script = f"python3 /srv/lab/ask.py {socket} until {shlex.quote(expression)} {limit_s}"
        try:
            status: dict[str, Any] = json.loads(self.run(script, timeout_s=timeout_s + 30))
        except Failed as failed:
            told = self.run("journalctl --unit 'fieldreel-*' --lines 60 --output short-monotonic --no-hostname")
            raise Failed(f"waited {limit_s:.0f} s in vain\n{failed}\n{told}") from None
        return status

    def until_answers(self) -> None:
        self.status_until(READY, 300)

    def film_until(self, acked_ms: int, timeout_s: float = 60.0) -> str:
        status = self.status_until(f"s['film']['session'] and (s['film']['acked_ms'] or 0) >= {acked_ms}", timeout_s)
        return str(status["film"]["session"])

    def finger(self, script: str) -> str:
        """What fingers do, in the words of pins.sh."""
        return self.run(f". /srv/lab/pins.sh; {script}")

    def make_noise(self) -> None:
        """Into one side of the sound card, whose other side is our microphone: a silent one is a fault, and blinks."""
        self.run(NOISE)
        self.status_until(SOUND)

    def sessions(self) -> list[str]:
        """In the order in which they were begun."""
        return self.run(f"cd {HOME}/sessions && ls --directory --sort=time --reverse */ | tr -d /").split()

    def home_copied(self, to: Path) -> Path:
        """The home as it stands, without secret keys, for this machine's own programs, which are quick."""
        script = f"tar -C {HOME} --exclude='*.key' --exclude=tls -cf - . | base64 --wrap=0"
        packed = base64.b64decode(self.run(script, timeout_s=60))
        with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
            tar.extractall(to, filter="data")
        return to
