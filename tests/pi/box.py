"""A whole box in a container: our package installed, provisioned with made-up keys, on bench hardware.

Apart from the tests so that each of them starts where a box that came out of provisioning does.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from appliance.captive import ADDRESS
from appliance.clock import SystemClock
from appliance.provisioning.card import DOMAIN, Order, lay_out, utc_now
from appliance.sealing.authority import make_authority
from appliance.sealing.identities import HybridIdentity
from tests.lab.container import Container
from tests.lab.system import Failed, System

HOME: Final = "/var/lib/fieldreel"
PYTHON: Final = "/opt/fieldreel/bin/python"
CARD: Final = Path("/boot/firmware/fieldreel")
SERVICES: Final = ("firewall", "firstboot", "recorder", "web", "join", "net", "clock", "courier")
BENCH: Final = """
hardware = "bench"
camera = "test-card"
width = 640
height = 360
bitrate = 1000000
"""
CLOCK: Final = "/etc/systemd/system/fieldreel-clock.service.d"
NO_RIGHT: Final = """
[Unit]
ConditionCapability=

[Service]
AmbientCapabilities=
"""
ASK: Final = """
import json, sys, uuid
from pathlib import Path
from appliance.errors import Fault
from appliance.intercom import Line
socket, verb, fields = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
fields = {"op_id": str(uuid.uuid4()), **fields} if verb != "status" else fields
try:
    print(json.dumps(Line(Path("/run/fieldreel") / socket).ask(verb, **fields)))
except Fault as fault:
    print(json.dumps({"fault": fault.code}))
"""


class PiBox:
    """`container`: whatever else is to be done in it; it may be a machine as well."""

    def __init__(self, container: System) -> None:
        self.container, self.run = container, container.run

    def install(self) -> str:
        return self.run("dpkg -i /srv/deb/*.deb", timeout_s=600)

    def provision(self, settings: str = BENCH) -> None:
        """What the office made lies on the card's first partition, and the box is one of the bench.

        Its clock program runs without the right to set the time, which would be this machine's, and which a container
        has not; on a bench it needs none.
        """
        self.run(f"mkdir -p {CLOCK}; cat > {CLOCK}/bench.conf; systemctl daemon-reload", stdin=NO_RIGHT)
        self.run(f"cat >> /etc/fieldreel/config.toml; ip address add {ADDRESS}/24 dev lo", stdin=settings)
        self.run(f"mkdir -p {CARD.parent} && cp -r /srv/keys/card {CARD}")

    def start(self) -> None:
        units = " ".join(f"fieldreel-{name}.service" for name in SERVICES)
        self.run(f"systemctl restart fieldreel-web.socket fieldreel-join.socket {units}", timeout_s=300)
        self.until_answers()

    def until_answers(self) -> None:
        """Until it is ready: systemd is told so before the camera is open, and a press before that is refused."""
        look = f"{PYTHON} - recorder/recorder.sock status '{{}}'"
        self.container.until("the recorder is ready", f"{look} <<'E' | grep -q '\"state\": \"ready\"'\n{ASK}\nE")

    def ask(self, verb: str, socket: str = "recorder/recorder.sock", user: str = "root", **fields: Any) -> Any:
        """One request over the intercom, as a user of the box; a refusal is {"fault": code}."""
        who = "" if user == "root" else f"runuser -u {user} -g fieldreel -- "
        return json.loads(self.run(f"{who}{PYTHON} - {socket} {verb} '{json.dumps(fields)}'", stdin=ASK))

    def pid(self, unit: str) -> int:
        return int(self.run(f"systemctl show --value -p MainPID fieldreel-{unit}.service"))

    def film_until(self, acked_ms: int, timeout_s: float = 60.0) -> str:
        """The session that is being filmed, once so much of it is durable."""
        look = f"{PYTHON} - recorder/recorder.sock status '{{}}'"
        script = f"{look} <<'E' | {PYTHON} -c 'import json, sys; f = json.load(sys.stdin)[\"film\"]; "
        script += f'sys.exit(not (f and (f["acked_ms"] or 0) >= {acked_ms}))\'\n{ASK}\nE'
        try:
            self.container.until(f"{acked_ms} ms are durable", script, timeout_s)
        except Failed as failed:
            told = self.run("journalctl --unit fieldreel-recorder --lines 40 --output short-monotonic")
            raise Failed(f"{failed}\n{self.ask('status')}\n{told}") from None
        return str(self.ask("status")["film"]["session"])

    def last_log_line(self, session: str) -> dict[str, Any]:
        line: dict[str, Any] = json.loads(self.run(f"tail -n 1 {HOME}/sessions/{session}/log.jsonl"))
        return line


def provision(keys: Path) -> None:
    """At the office: `office.key`, and `card`, what is copied onto a box's card."""
    office, now = HybridIdentity.generate(), utc_now(SystemClock().utc_ms())
    authority = make_authority("A made-up office", DOMAIN, ADDRESS, now)
    (keys / "office.key").write_text(f"{office.text}\n")
    order = Order([office.recipient.text], "NL", authority=authority.certificate, open_authority=lambda: authority)
    lay_out(keys / "card", replace(order, transport=b"[store]\ntype = local\n"), now)


@contextmanager
def box(
    root: Path,
    deb: Path,
    keys: Path,
    *,
    settings: str = BENCH,
    shown: Mapping[Path, str] | None = None,
    first: str = "true",
) -> Iterator[PiBox]:
    """A provisioned and started box. `keys`: a folder of this machine in which the office's pair is made.

    `shown`: what else is to be read inside; `first`: a script that runs before anything of ours is there.
    """
    provision(keys)
    here = Path(__file__).parent
    parts = {deb.parent: "/srv/deb", keys: "/srv/keys", here: "/srv/lab", **(shown or {})}
    with Container(root, parts) as container:
        container.run(first)
        made = PiBox(container)
        made.install()
        made.provision(settings)
        made.start()
        yield made
