"""The office's pages of a demo: the real desk on a store, with one member of staff who is thrown away with it.

Apart from the box's pages because the two know nothing of each other: what joins them is what is carried.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appliance.commands.demo_web import DemoWeb
from appliance.errors import BadInput

HOST: Final = "desk.localhost"
PORT: Final = 8048
MEMBER: Final = "Desk"


@dataclass(slots=True)
class DemoDesk(DemoWeb):
    """`home` is the store; `run` is nobody's but the desk's."""

    port: int = PORT
    host: str = HOST
    page: str = "/sign-in"

    def add_member(self, office_key: Path, passphrase: str, name: str = MEMBER) -> None:
        """Somebody who can sign in with the same passphrase as the office key's. Raises BadInput."""
        told = subprocess.run(
            [sys.executable, "-m", "appliance", "staff", "add", str(self.home), "--name", name, "-i", str(office_key)],
            env={**os.environ, "FIELDREEL_PASSPHRASE": passphrase, "FIELDREEL_NEW_PASSPHRASE": passphrase},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if told.returncode:
            raise BadInput(f"fieldreel staff add failed: {told.stderr.strip()}")

    def command(self) -> list[str]:
        return ["desk", str(self.home), *self.serving()]
