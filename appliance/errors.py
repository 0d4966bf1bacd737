"""What went wrong and what a person can do about it.

Apart from everything else because every station raises Faults and one map each turns them into a lamp, an exit code or
a page; nothing here imports anything of ours.
"""

import re
from collections.abc import Mapping
from typing import ClassVar

Value = str | int | float
"""What a sentence may have filled in."""


def filled(sentence: str, values: Mapping[str, Value]) -> str:
    """`{name}` becomes what `values` has by that name; one that it does not have stays as it is."""
    return re.sub(r"\{(\w+)\}", lambda found: str(values.get(found[1], found[0])), sentence) if values else sentence


def worded(sentence: str) -> str:
    """The sentence itself: so marked, it is collected with those of Faults, and a page can say it in its language."""
    return sentence


class Fault(Exception):
    """Something a person must hear about: `what` happened and what to `do`, each one plain sentence.

    `code` is stable, lower-case and hyphenated; it may be logged. `what` and `do` never hold a name, a key or
    plaintext. `said`: both as they stand in the source, with {name} where one of `values` goes: by these a page finds
    them in its language.
    """

    code: ClassVar[str] = "fault"
    do_default: ClassVar[str] = "Try again. If it happens again, tell the office."

    def __init__(self, what: str, do: str | None = None, /, **values: Value) -> None:
        self.said = (what, self.do_default if do is None else do)
        self.values = values
        self.what, self.do = (filled(sentence, values) for sentence in self.said)
        super().__init__(self.what)

    def __str__(self) -> str:
        return f"{self.what} {self.do}"


class BadInput(Fault):
    """A request, file or option that cannot be taken; nothing was changed."""

    code = "bad-input"
    do_default = "Check what was given and try again; nothing was changed."


class Forbidden(Fault):
    """The state table has no entry for this event in this state."""

    code = "forbidden"
    do_default = "Nothing was changed."


class HiddenFilm(Fault):
    """This part of a film may be shown to nobody: there is a visitor in it, or it was left out (FORMAT 8, `hide`)."""

    code = "hidden"
    do_default = "Go on after it. Whoever may show it again finds it on the film's time line."


class StillReading(Fault):
    """Not everything that was tagged is read since the unlock, so nobody knows yet what must not be shown."""

    code = "still-reading"
    do_default = "Wait a moment; the film plays as soon as all of it is read."


class CardFull(Fault):
    code = "card-full"
    do_default = "The recording so far is safe. Take the box to the office to empty it, or erase a session."


class CardFailing(Fault):
    """The disk refused a write for another reason than space."""

    code = "card-failing"
    do_default = "What was acknowledged is safe. Stop using this card and take the box to the office."


class CardWorn(Fault):
    """The card's file system found something broken; it films on."""

    code = "card-worn"
    do_default = "Take the box to the office soon, and use another card from then on."


class CardSlow(Fault):
    """Nothing was acknowledged for a while; the queue still holds the film."""

    code = "card-slow"
    do_default = "Keep filming; nothing is lost yet. Use another card if this happens again."


class CameraLost(Fault):
    code = "camera-lost"
    do_default = "Check the camera's cable, then press again. What was recorded so far is safe."


class ParametersChanged(Fault):
    """The encoder changed its parameter sets: the session closes and a new one continues it."""

    code = "parameters-changed"
    do_default = "Nothing to do: the recording goes on in a new session."


class LensCovered(Fault):
    """The camera's pictures show nothing while it films."""

    code = "lens-covered"
    do_default = "Take away what is before the lens, or switch a light on. The sound is still being recorded."


class MicSilent(Fault):
    code = "mic-silent"
    do_default = "Check the microphone's plug. The picture is still being recorded."


class PanelLost(Fault):
    """The pins of buttons and lamp cannot be had."""

    code = "panel-lost"
    do_default = "Record from the phone. Take the box to the office: its buttons and lamp do not work."


class PacketsDropped(Fault):
    """The card was too slow for longer than the queue could hold; whole seconds are missing."""

    code = "packets-dropped"
    do_default = "The recording goes on with a gap. Use another card if this happens again."


class ClockNotSet(Fault):
    code = "clock-not-set"
    do_default = "Recording works. Unlocking with a phone gives the box the time; so does the check before a visit."


class WrongKey(Fault):
    """No identity given fits any recipient of the sealed file, or the passphrase is wrong."""

    code = "wrong-key"
    do_default = "Use the key that this was sealed to, or check the passphrase."


class FileTampered(Fault):
    """A sealed or signed file is not what was written: changed, cut short, or never ours."""

    code = "file-tampered"
    do_default = "Keep the file as it is and tell the office."


class NotASession(Fault):
    code = "not-a-session"
    do_default = "Give the folder that holds key.age and log.jsonl."


class Unreadable(Fault):
    """A session whose key.age is missing: it was erased, or never begun; nobody can open it."""

    code = "unreadable"
    do_default = "Nothing can open it. It can be erased."


class RecorderGone(Fault):
    code = "recorder-gone"
    do_default = "Wait ten seconds; the box restarts the recorder by itself. If not, switch the box off and on."


class OfficeUnreachable(Fault):
    code = "office-unreachable"
    do_default = "Nothing is lost; the box tries again by itself."


class MoverMissing(Fault):
    """The program that carries footage is not there, or too old to be trusted with it."""

    code = "mover-missing"
    do_default = "Install the packages of provisioning/locks/run.txt, which bring rclone. Nothing is lost meanwhile."


class BoxHot(Fault):
    code = "box-hot"
    do_default = "Give the box air. It goes on recording as long as it can."


class PowerLow(Fault):
    code = "power-low"
    do_default = "Plug the box in, or stop soon. Everything up to now is safe."


class NotFound(Fault):
    code = "not-found"
    do_default = "Go back and choose from what is listed."


class NotPaired(Fault):
    """The request came without the cookie of a paired phone."""

    code = "not-paired"
    do_default = "Pair this phone: press the recessed button on the box first."


class ScreenGone(Fault):
    """The request came from a browser that no phone has made the family's screen, or has no more."""

    code = "screen-gone"
    do_default = "Open /screen here, then choose this screen on the phone."


class PairingClosed(Fault):
    """Nobody at the box allowed a pairing, or a phone is paired already and none has unlocked the box."""

    code = "pairing-closed"
    do_default = "Press the recessed button on the box, then pair within two minutes."


class Locked(Fault):
    """What was asked for needs the opening key, and no phone's PIN has brought it into memory."""

    code = "locked"
    do_default = "Unlock with this phone's PIN. Recording and tagging work without."


class TooOften(Fault):
    """More requests than anyone sends by hand, or a PIN tried again too soon; `wait_s`: whole seconds to wait."""

    code = "too-often"
    do_default = "Wait a moment and try again."
    wait_s: int = 1


class OtherSite(Fault):
    """A request for another host, or sent by a page of another site."""

    code = "other-site"
    do_default = "Open the box's own address in the browser."


class WrongType(Fault):
    code = "wrong-type"
    do_default = "Send one JSON object as application/json."


class TooLarge(Fault):
    code = "too-large"
    do_default = "Send less at once."
