"""Asks a program of the box over its intercom, from inside, once or until something is so.

    ask.py SOCKET VERB FIELDS           prints the answer
    ask.py SOCKET until "EXPRESSION" S  asks for the status until the Python expression over `s` holds, and prints that

Apart from the tests because each question from outside would start a Python, which takes a second in emulation; and
without our own modules, which take several.
"""

import json
import socket
import sys
import time
import uuid
from typing import Any

LOOK_S = 0.1


def ask(place: str, verb: str, fields: dict[str, Any]) -> dict[str, Any]:
    """The answer, with a fault as its code; {} where nobody answers."""
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(60)
            line.connect(f"/run/fieldreel/{place}")
            line.sendall(json.dumps({"do": verb, **fields}).encode() + b"\n")
            with line.makefile("rb") as answers:
                answer: dict[str, Any] = json.loads(answers.readline() or b"{}")
    except OSError:
        return {}
    return answer if answer.get("ok") or not answer else {"fault": answer["fault"]["code"]}


def until(place: str, expression: str, limit_s: float) -> int:
    """0 once it holds; 1 after `limit_s`."""
    end, code = time.monotonic() + limit_s, compile(expression, "until", "eval")
    while True:
        status = ask(place, "status", {})
        try:
            held = bool(status and eval(code, {"s": status}))  # noqa: S307 - of our own tests
        except (KeyError, TypeError):  # what it asks for is not there yet
            held = False
        if held or time.monotonic() > end:
            print(json.dumps(status))
            return 0 if held else 1
        time.sleep(LOOK_S)


if __name__ == "__main__":
    if sys.argv[2] == "until":
        sys.exit(until(sys.argv[1], sys.argv[3], float(sys.argv[4])))
    given = json.loads(sys.argv[3])
    print(
        json.dumps(
            ask(sys.argv[1], sys.argv[2], given if sys.argv[2] == "status" else {"op_id": str(uuid.uuid4()), **given})
        )
    )
