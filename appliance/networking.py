"""The network program's composition root: a real radio, the switch, and its intercom.

Apart from `assembly`, which loads camera and cryptography that the network never needs.
"""

import threading
from collections.abc import Callable

from appliance.clock import SystemClock
from appliance.config import Config
from appliance.intercom import Intercom, Line
from appliance.network.nmcli_radio import NmcliRadio
from appliance.network.switch import Switch
from appliance.notify import Systemd
from appliance.peers import peers_of

ANSWER_S = 2.0


def build_net(config: Config) -> Callable[[threading.Event], None]:
    """What runs until told to end; nothing is started."""
    switch = Switch(NmcliRadio(), Line(config.intercom, ANSWER_S), Line(config.courier, ANSWER_S), SystemClock())
    intercom = Intercom(config.net, switch.take, peers=peers_of("net"))

    def run(stopping: threading.Event) -> None:
        intercom.open()
        try:
            switch.run(stopping, ready=lambda: Systemd().tell("READY=1"))
        finally:
            intercom.close()

    return run
