"""The outside world of a bench recorder: fingers, switches and batteries by intercom.

Apart because a real box has nothing like it: only `assembly` of bench hardware opens this socket.
"""

from dataclasses import asdict, dataclass
from typing import Any

from appliance.capture.camera import Camera
from appliance.capture.drawn_camera import DrawnCamera
from appliance.capture.faults import Faults
from appliance.errors import BadInput
from appliance.health.bench_health import BenchHealth
from appliance.intercom import Answer, Request
from appliance.panel.bench_clicker import BenchClicker
from appliance.panel.bench_panel import BenchPanel
from appliance.panel.panel import Button


@dataclass(frozen=True, slots=True)
class Bench:
    """`take` answers `look`, `finger` (button, down), `click`, `clicker` (connected), `fault` (name, value), `health`.

    `health` has fields of a Reading. `look` tells, too, how many pictures a drawn camera was too late for: those no
    recorder can have lost.
    """

    panel: BenchPanel
    clicker: BenchClicker
    health: BenchHealth
    faults: Faults
    camera: Camera

    def take(self, request: Request) -> Answer:
        match request:
            case {"do": "look"}:
                return self._look()
            case {"do": "finger", "button": str(button), "down": bool(down)} if button in {b.value for b in Button}:
                self.panel.finger(Button(button), down)
            case {"do": "click"}:
                self.clicker.press()
            case {"do": "clicker", "connected": bool(connected)}:
                self.clicker.connected = connected
            case {"do": "fault", "name": str(name), "value": bool(value) | int(value) | float(value)}:
                self.faults.set(name, value)
            case {"do": "health", **fields}:
                self._health({name: value for name, value in fields.items() if name not in ("do", "op_id")})
            case _:
                raise BadInput("The bench takes look, finger, click, clicker, fault and health.")
        return {}

    def _look(self) -> dict[str, Any]:
        return {
            "colour": self.panel.colour.name.lower(),
            "buzzing": self.panel.buzzing,
            "faults": self.faults.as_dict(),
            "health": asdict(self.health.read()),
            "late_pictures": self.camera.late_pictures if isinstance(self.camera, DrawnCamera) else 0,
        }

    def _health(self, fields: dict[str, Any]) -> None:
        try:
            self.health.set(**fields)
        except TypeError:
            raise BadInput("A reading has no such field.") from None
