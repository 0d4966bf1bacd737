"""What a page answers, before it becomes HTTP; and that a change asked for twice happens once.

Apart because an answer that is kept for a repeated request must hold nothing of the request that first asked.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final

from appliance.errors import RecorderGone

KEPT: Final = 1000
PATIENCE_S: Final = 40.0

Cookies = Mapping[str, str | None]
"""By short name ("phone", "signin"); None takes the cookie away."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A JSON object and what becomes of the cookies."""

    body: Mapping[str, Any]
    cookies: Cookies = field(default_factory=dict)


class Once:
    """Remembers the answers of the last `KEPT` changes by (asker, place, op_id)."""

    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[str, ...], Future[Answer]] = OrderedDict()
        self._lock = Lock()

    def do(self, key: tuple[str, ...], change: Callable[[], Answer]) -> Answer:
        """The answer of `change`, called at most once for `key`; after a failure the same key may be tried again."""
        with self._lock:
            known = self._answers.get(key)
            answer = self._answers[key] = known or Future()
            while len(self._answers) > KEPT:
                self._answers.popitem(last=False)
        if known is not None:
            return _result(known)
        try:
            done = change()
        except BaseException as failure:
            with self._lock:
                self._answers.pop(key, None)
            answer.set_exception(failure)
            raise
        answer.set_result(done)
        return done


def _result(answer: "Future[Answer]") -> Answer:
    try:
        return answer.result(PATIENCE_S)
    except TimeoutError:
        raise RecorderGone("The first request of this change is still waiting for its answer.") from None
