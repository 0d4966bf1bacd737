"""Our panel on this machine's pins, by the box's own Python: prints each edge; the first one's callback fails.

Apart from the recorder, whose callback never fails: what is shown is that the panel outlives one that does.
"""

import sys
import time
from typing import Final

from appliance.clock import SystemClock
from appliance.panel.gpio_panel import GpioPanel
from appliance.panel.panel import Button, Colour

LIFE_S: Final = float(sys.argv[1])


class Edges:
    def __init__(self) -> None:
        self.number = 0

    def take(self, button: Button, pressed: bool, at_us: int) -> None:
        self.number += 1
        print(button.name, "down" if pressed else "up", at_us, flush=True)
        if self.number == 1:
            raise OSError("a callback that fails")


if __name__ == "__main__":
    panel = GpioPanel(SystemClock())
    panel.open(Edges().take)
    panel.show(Colour.AMBER)
    print("open", flush=True)
    time.sleep(LIFE_S)
    panel.close()
