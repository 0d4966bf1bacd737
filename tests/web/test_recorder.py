"""The web's lines to the recorder: several at once, and none the worse for a recorder that was started anew."""

import threading
from pathlib import Path
from typing import Any

import pytest

from appliance.errors import CardFull, RecorderGone
from appliance.intercom import Answer, Intercom, Request
from appliance.worker import Worker
from web_ui import recorder
from web_ui.recorder import LINES, Lines


def opened(path: Path, take: Any) -> Intercom:
    intercom = Intercom(path, take)
    intercom.open()
    return intercom


def test_several_questions_at_once(tmp_path: Path) -> None:
    """One that takes long holds up no other, as long as there are lines."""
    together = threading.Barrier(LINES)

    def take(request: Request) -> Answer:
        together.wait(10)
        return {"n": request["n"]}

    intercom, lines, told = opened(tmp_path / "x.sock", take), Lines(tmp_path / "x.sock"), []
    workers = [
        Worker("page", lambda _stopping, n=n: told.append(lines.ask("look", n=n)["n"])).start()  # type: ignore[misc]
        for n in range(LINES)
    ]
    for worker in workers:
        worker.join(20)
        assert worker.failure is None
    assert sorted(told) == list(range(LINES))
    lines.close()
    intercom.close()


def test_a_recorder_that_was_started_anew_is_asked_at_once(tmp_path: Path) -> None:
    lines = Lines(tmp_path / "x.sock")
    for _ in range(3):
        intercom = opened(tmp_path / "x.sock", lambda request: {"did": request["do"]})
        assert [lines.ask("status") for _ in range(LINES + 1)] == [{"did": "status"}] * (LINES + 1)
        intercom.close()
        with pytest.raises(RecorderGone):
            lines.ask("status")
    lines.close()


def test_a_refusal_is_no_dead_line(tmp_path: Path) -> None:
    asked = []

    def take(request: Request) -> Answer:
        asked.append(request["do"])
        raise CardFull("There is no room.")

    intercom, lines = opened(tmp_path / "x.sock", take), Lines(tmp_path / "x.sock")
    for _ in range(LINES + 2):
        with pytest.raises(CardFull):
            lines.ask("start")
    assert len(asked) == LINES + 2
    lines.close()
    intercom.close()


def test_who_waits_too_long_for_a_line_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "WAIT_S", 0.05)
    go = threading.Event()

    def take(_request: Request) -> Answer:
        go.wait(20)
        return {}

    intercom, lines = opened(tmp_path / "x.sock", take), Lines(tmp_path / "x.sock", timeout_s=20)
    told: list[dict[str, Any]] = []
    workers = [Worker("page", lambda _stopping: told.append(lines.ask("look"))).start() for _ in range(LINES)]
    while lines._idle.qsize():
        pass
    with pytest.raises(RecorderGone, match="busy"):
        lines.ask("look")
    go.set()
    for worker in workers:
        worker.join(20)
    lines.close()
    intercom.close()
