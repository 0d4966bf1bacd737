"""The network program's composition root: a real radio, the switch, and its intercom.

Apart from `assembly`, which loads camera and cryptography that the network never needs.
"""

import threading
from collections.abc import Callable

from appliance.answering import ANSWER_S, answering
from appliance.clock import SystemClock
from appliance.config import Config
from appliance.intercom import Intercom, Line
from appliance.network.nmcli_radio import NmcliRadio
from appliance.network.switch import Switch
from appliance.peers import peers_of


def build_net(config: Config) -> Callable[[threading.Event], None]:
    """What runs until told to end; nothing is started."""
    switch = Switch(NmcliRadio(), Line(config.intercom, ANSWER_S), Line(config.courier, ANSWER_S), SystemClock())
    intercom = Intercom(config.net, switch.take, peers=peers_of("net"))
    return answering(intercom, switch)
