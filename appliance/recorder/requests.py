"""What may be asked over the intercom, verb by verb.

Apart so that the whole list of what another process can make the recorder do fits on one page.
"""

import base64
import binascii
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Final

from appliance.board import Board
from appliance.capture.camera import Camera
from appliance.capture.preview import jpeg
from appliance.errors import BadInput, CameraLost, Fault, Forbidden, RecorderGone
from appliance.intercom import Answer, Request
from appliance.recorder.attendant import Attendant
from appliance.recorder.chronicle import Chronicle
from appliance.recorder.erasures import Erasures
from appliance.recorder.showing import Showing, Shown
from appliance.store.durable import Durable
from appliance.store.layout import Home
from appliance.store.local import forget_local, keep_local
from appliance.visit.session import Arming
from appliance.visit.states import Event, State

ANSWER_S: Final = 30.0
KEPT_ANSWERS: Final = 1000
ID: Final = re.compile(r"[0-9a-f]{32}")
OP_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(slots=True)
class Requests:
    """`take` answers one request. Verbs that change something need an `op_id` (a UUID) and happen once for each."""

    attendant: Attendant
    board: Board
    camera: Camera
    showing: Showing
    home: Home
    durable: Durable
    erasures: Erasures
    chronicle: Chronicle
    _answers: "OrderedDict[str, Future[Answer]]" = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, request: Request) -> Answer:
        """Raises BadInput for what is no request, and the Fault of a request that is refused."""
        asks: Mapping[str, Callable[[], Answer]] = {
            "status": self.board.read,
            "preview": self._preview,
            "history": self.chronicle.told,
        }
        changes: Mapping[str, Callable[[Request], Answer]] = {
            "start": lambda _: self._happen(Event.START),
            "stop": self._stop,
            "pause": lambda _: self._happen(Event.PAUSE),
            "resume": lambda _: self._happen(Event.RESUME),
            "star": self._star,
            "go_on": self._go_on,
            "arm": self._arm,
            "keep": self._keep,
            "forget": self._forget,
            "erase": self._erase,
            "obey": self._obey,
            "purge": self._purge,
            "show": self._show,
        }
        verb = request["do"]
        if verb in asks:
            return asks[verb]()
        if verb not in changes:
            raise BadInput("The recorder does not know how to {verb}.", verb=repr(str(verb)[:20]))
        return self._once_only(request, changes[verb])

    def _once_only(self, request: Request, change: Callable[[Request], Answer]) -> Answer:
        op_id = request.get("op_id")
        if not isinstance(op_id, str) or not OP_ID.fullmatch(op_id):
            raise BadInput("A change needs an op_id, a UUID in lower case.")
        with self._lock:
            known = self._answers.get(op_id)
            answer = self._answers[op_id] = known or Future()
            while len(self._answers) > KEPT_ANSWERS:
                self._answers.popitem(last=False)
        if known is None:
            self._settle(op_id, answer, lambda: change(request))
        return _result(answer)  # type: ignore[no-any-return]

    def _settle(self, op_id: str, answer: "Future[Answer]", change: Callable[[], Answer]) -> None:
        """Do it and keep the answer; a refusal changed nothing, so the same op_id may be tried again."""
        try:
            answer.set_result(change())
        except BaseException as failure:
            with self._lock:
                self._answers.pop(op_id, None)
            answer.set_exception(failure)
            if not isinstance(failure, Fault):
                raise

    def _in_loop(self, work: Callable[[], Any]) -> Any:
        """The result of `work`, done by the attendant's own thread."""
        done: Future[Any] = Future()

        def settle() -> None:
            try:
                done.set_result(work())
            except Fault as fault:
                done.set_exception(fault)

        self.attendant.call(settle)
        return _result(done)

    def _happen(self, event: Event) -> Answer:
        self._in_loop(lambda: self.attendant.happen(event))
        return {"state": self.attendant.state.value}

    def _stop(self, request: Request) -> Answer:
        reason = request.get("reason", "stop")
        if reason not in ("stop", "objection"):  # no set: what was sent may be a list
            raise BadInput("The reason is stop or objection.")
        return self._happen(Event.OBJECTION if reason == "objection" else Event.STOP)

    def _star(self, request: Request) -> Answer:
        now_us = self.attendant.parts.clock.monotonic_us()
        at_us = request.get("at_us", now_us)
        if type(at_us) is not int or not 0 <= at_us <= now_us:
            raise BadInput("The time of a star is CLOCK_MONOTONIC in microseconds, and not ahead.")
        done = self._in_loop(lambda: self.attendant.star(at_us, request["op_id"]))
        return {"id": _result(done)}

    def _go_on(self, _: Request) -> Answer:
        """The answer to the question of ten quiet minutes; harmless where nobody asked."""
        self._in_loop(self.attendant.stay)
        return {}

    def _arm(self, request: Request) -> Answer:
        arming = Arming.read(request)
        self._in_loop(lambda: self.attendant.arm(arming))
        return {}

    def _show(self, request: Request) -> Answer:
        try:
            self.showing.shown = Shown(request.get("what", "nothing"))
        except ValueError:
            raise BadInput("What is shown is playing, syncing or nothing.") from None
        return {}

    def _preview(self) -> Answer:
        """One JPEG in base64, 640 wide; the only picture that crosses. The lamp says so while it is asked for.

        A privacy pause is one for the phone too.
        """
        if self.attendant.state is State.PAUSED:
            raise Forbidden("The film is paused, and so is the picture.", "Film on, then look.")
        picture = self.camera.picture()
        if picture is None:
            raise CameraLost("There is no picture.")
        self.showing.framing_us = self.attendant.parts.clock.monotonic_us()
        return {"jpeg": base64.b64encode(jpeg(picture)).decode(), "at_us": picture.pts_us}

    def _keep(self, request: Request) -> Answer:
        try:
            sealed = base64.b64decode(request.get("local_age", ""), validate=True)
        except (binascii.Error, TypeError, ValueError):
            raise BadInput("local_age is base64.") from None
        keep_local(self.home, self._session(request), sealed, self.durable)
        return {}

    def _forget(self, request: Request) -> Answer:
        forget_local(self.home, self._session(request), self.durable)
        return {}

    def _erase(self, request: Request) -> Answer:
        why = request.get("why", "request")
        if not isinstance(why, str):
            raise BadInput("Why is a word.")
        self.erasures.erase(self._session(request), why, request["op_id"])
        return {"id": request["op_id"]}

    def _obey(self, request: Request) -> Answer:
        statement = request.get("statement")
        if not isinstance(statement, str):
            raise BadInput("A statement is a line of text.")
        return self.erasures.obey(statement, request["op_id"])

    def _purge(self, request: Request) -> Answer:
        return {"stores": list(self.erasures.purge(self._session(request), request["op_id"]))}

    def _session(self, request: Request) -> str:
        session = request.get("session")
        if not isinstance(session, str) or not ID.fullmatch(session):
            raise BadInput("A session id is 32 hexadecimal digits.")
        return session


def _result(done: "Future[Any]") -> Any:
    try:
        return done.result(ANSWER_S)
    except TimeoutError:
        raise RecorderGone("The recorder was too busy to answer.") from None
