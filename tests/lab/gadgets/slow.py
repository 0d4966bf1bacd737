"""`fieldreel` with longer limits for what its surroundings may take; nothing else of it is changed.

Apart from the program, whose limits are right for a board. Pure emulation takes 15 to 40 times as long, on a machine
with other work to do still longer, and a camera or a Wi-Fi that is only slow would count as stuck.
"""

import importlib
import sys
from typing import Final

from appliance.__main__ import main

TIMES: Final = 20
LIMITS: Final = {
    "recorder": {
        "appliance.capture.pi_camera": ("OPEN_S", "FOCUS_S", "FIRST_S", "LOOK_S"),
        "appliance.recorder.taking": ("OPEN_S", "STEP_S"),
        "appliance.recorder.watch": ("PICTURE_AGE_US", "ACK_AGE_US"),
        "appliance.assembly": ("GO_ON_US",),
    },
    "net": {
        "appliance.network.nmcli_radio": ("UP_S", "JOIN_S", "ANSWER_S"),
        "appliance.networking": ("ANSWER_S",),
    },
    "courier": {
        "appliance.courier.recorder_end": ("ANSWER_S", "CHANGE_S"),
        "appliance.courier.box_way": ("NMCLI_S",),
    },
}
"""Program -> module -> which of its limits."""

if __name__ == "__main__":
    for name, limits in LIMITS[sys.argv[1]].items():
        module = importlib.import_module(name)
        for limit in limits:
            setattr(module, limit, getattr(module, limit) * TIMES)
    sys.exit(main())
