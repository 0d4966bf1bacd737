"""The clock program's composition root: a real dial or the bench's, the timekeeper, and its intercom.

Apart from `assembly`, which loads camera and cryptography that the clock never needs.
"""

import threading
from collections.abc import Callable

from appliance.answering import ANSWER_S, answering
from appliance.clock import SystemClock
from appliance.config import Config
from appliance.intercom import Intercom, Line
from appliance.peers import peers_of
from appliance.timekeeping.bench_dial import BenchDial
from appliance.timekeeping.dial import Dial
from appliance.timekeeping.system_dial import SystemDial
from appliance.timekeeping.timekeeper import Timekeeper


def build_clock(config: Config) -> Callable[[threading.Event], None]:
    """What runs until told to end; nothing is started."""
    dial: Dial = BenchDial(Line(config.bench, ANSWER_S)) if config.hardware == "bench" else SystemDial()
    config.clock_word.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    timekeeper = Timekeeper(dial, Line(config.intercom, ANSWER_S), SystemClock(), config.clock_word)
    intercom = Intercom(config.clock, timekeeper.take, peers=peers_of("clock"))
    return answering(intercom, timekeeper)
