"""The recorder's status as other processes see it: plain JSON values, no names, no keys.

Apart so that what leaves the recorder can be read on one page.
"""

from dataclasses import asdict
from typing import Any

from appliance.clock import Clock
from appliance.intercom import fault_object
from appliance.recorder.attendant import Attendant
from appliance.recorder.current import Current
from appliance.recorder.packet_queue import PacketQueue
from appliance.recorder.showing import Showing
from appliance.visit.session import Arming
from appliance.visit.states import State


def status(attendant: Attendant, showing: Showing, packets: PacketQueue) -> dict[str, Any]:
    """Everything of ARCHITECTURE "Intercom", `status`; times on CLOCK_MONOTONIC in µs where named `_us`."""
    clock = attendant.parts.clock
    now_us = clock.monotonic_us()
    level = attendant.parts.microphone.level()
    reading = attendant.reading
    return {
        "state": attendant.state.value,
        "lamp": {"says": showing.says.value, "colour": showing.colour.name.lower()},
        "boot": clock.boot_id(),
        "now_us": now_us,
        "minutes_left": attendant.parts.space.minutes_left(),
        "faults": [fault_object(fault) for fault in attendant.standing.faults],
        "film": None if attendant.current is None else _film(attendant.current, now_us, clock),
        "armed": _armed(attendant.arming if attendant.current is None else attendant.current.arming),
        "last_session": attendant.last_session,
        "pairing_until_us": attendant.pairing_until_us if attendant.pairing_until_us > now_us else None,
        "queue_ms": packets.waiting_us() // 1000,
        "dropped_pictures": packets.dropped_pictures,
        "level": None if level is None else {"rms_dbfs": level.rms_dbfs, "peak_dbfs": level.peak_dbfs},
        **_room(attendant, now_us),
        "health": {
            "temperature_c": reading.temperature_c,
            "undervoltage": reading.undervoltage,
            "battery_percent": reading.battery_percent,
            "plugged_in": reading.plugged_in,
            "card_errors": reading.card_errors,
            "utc_source": reading.utc_source,
        },
    }


def _room(attendant: Attendant, now_us: int) -> dict[str, Any]:
    """What the box sees and hears: facts, advice, and the question whether anybody is there still.

    `quiet_end`: the session that ended by itself for quiet last, and from where on nothing stirred in it.
    """
    senses = attendant.senses
    look, question, ended = senses.seen(now_us), senses.question, senses.quiet_end
    filming = attendant.state is State.RECORDING
    shown = filming or attendant.state is State.READY
    return {
        "sound": senses.hearing.word,
        "picture": None if look is None or not shown else asdict(look),
        "advice": [fault_object(each) for each in senses.advice(now_us, filming=filming)] if shown else [],
        "quiet": None if question is None else asdict(question),
        "quiet_end": None if ended is None else {"session": ended[0], "from_ms": ended[1]},
    }


def _armed(arming: Arming) -> dict[str, Any]:
    """What the next press is for; while one is being recorded, what that is for."""
    return {
        "family": arming.family,
        "visit": arming.visit,
        "purpose": arming.purpose.value,
        "discreet": arming.discreet,
        "target_min": arming.target_min,
    }


def _film(current: Current, now_us: int, clock: Clock) -> dict[str, Any]:
    arming = current.arming
    syncs = sorted(current.syncs_us)
    return {
        "session": current.session,
        "recipient": current.recipient,
        "start_us": current.start_us,
        "film_ms": current.film_us(now_us) // 1000,
        "acked_ms": current.acked_ms,
        "film_end_us": current.film_end_us,
        "stars": current.stars,
        "purpose": arming.purpose.value,
        "discreet": arming.discreet,
        "target_ms": None if arming.target_us is None else arming.target_us // 1000,
        "limit_ms": arming.limit_us // 1000,
        "sync_ms": {"median": syncs[len(syncs) // 2] / 1000, "max": syncs[-1] / 1000} if syncs else None,
        "utc_source": clock.utc_source(),
    }
