"""Film goes home and back goes the answer: the real recorder, courier and ingest, as processes on one machine."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.__main__ import main
from appliance.clock import SystemClock
from appliance.intercom import Line
from appliance.office.facts import DESK, read_facts
from appliance.said.voice import Voice
from appliance.sealing.signing import WriterKey
from appliance.store.archive import Store
from appliance.store.verify import Verdict
from tests.process.box import Box, Studio
from tests.process.scenes import scene

PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Home:
    """`archived`: what each session's folder held on the box and holds at the office; `told`: the box's own words."""

    sessions: list[str]
    on_box: dict[str, dict[str, bytes]]
    archived: dict[str, dict[str, bytes]]
    verdicts: dict[str, Verdict]
    told: list[dict[str, Any]]
    said_at_office: list[dict[str, Any]]
    ingest: dict[str, Any]
    left_of_erased: list[str]
    held: bool
    purged_there: bool


def carried_home(studio: Studio) -> Home:
    box = studio.unstarted("carried")
    store = _office(box)
    try:
        box.start()
        with _running("courier", *_courier_options(box)), _running("ingest", str(store.root), "--watch", "0.3"):
            return _home(box, store)
    finally:
        box.stop()


def _home(box: Box, store: Store) -> Home:
    sessions = []
    for _ in range(2):
        box.start_film(2_000)
        box.ask("star")
        sessions.append(box.stop_film())
    on_box = {session: _files(box.session(session)) for session in sessions}
    kept, erased = sessions
    desk = Voice(store.statements(_device(store), DESK), WriterKey.load(store.home.device, DESK), SystemClock("rtc"))
    desk.say("hold", {"session": erased, "on": True})
    with Line(box.run / "dock.sock") as dock, Line(box.run / "courier.sock") as courier:
        _until("the courier answers", lambda: (box.run / "dock.sock").exists() and (box.run / "courier.sock").exists())
        dock.ask("dock", open=True)
        courier.ask("go")
        _until("both are archived", lambda: all(store.session(session).is_dir() for session in sessions))
        archived = {session: _files(store.session(session)) for session in sessions}
        verdicts = {session: _verdict(box, store, session) for session in sessions}
        desk.say("confirmed", {"session": kept, "keep_until": None})
        _until("one is purged", lambda: not box.session(kept).exists(), courier)
        held = box.session(erased).exists()
        desk.say("hold", {"session": erased, "on": False})
        desk.say("erase", {"sessions": [erased], "families": [], "why": "withdrawn"})
        _until("the other is erased", lambda: not box.session(erased).exists(), courier)
        box_said = store.statements(_box_device(box), "recorder")
        _until("the office has heard it", lambda: len(list(box_said.glob("*.json"))) == 2, courier)
    return Home(
        sessions=sessions,
        on_box=on_box,
        archived=archived,
        verdicts=verdicts,
        told=_lines(box.layout.statements("recorder")),
        said_at_office=_lines(box_said),
        ingest=json.loads((store.root / "ingest.json").read_bytes()),
        left_of_erased=[str(path) for path in store.root.rglob(f"*{erased}*")],
        held=held,
        purged_there=store.session(kept).is_dir(),
    )


def _office(box: Box) -> Store:
    """A store whose policy is to let boxes go of what it holds at once; box and store know each other."""
    store = Store(box.folder / "store")
    public = str(box.folder / "office.pub")
    assert main(["office", "make", str(store.root), "--name", "disk", "--recipient-file", public]) == 0
    facts = json.loads(store.facts.read_bytes())
    facts["policy"]["box_days"] = 0
    store.facts.write_text(json.dumps(facts))
    assert main(["office", "add", str(store.root), str(box.home), "--name", "box"]) == 0
    device = _box_device(box)
    target = {
        "store": read_facts(store).store,
        "remote": str(store.drop(device)),
        "pickup": str(store.outbox(device)),
        "needs": "network",
    }
    told = ["office", "trust", str(store.root), "--home", str(box.home), "--target", json.dumps(target)]
    assert main(told) == 0
    return store


def _courier_options(box: Box) -> tuple[str, ...]:
    return ("--hardware", "bench", "--home", str(box.home), "--run", str(box.run))


@contextmanager
def _running(*arguments: str) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-m", "appliance", *arguments], stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        assert process.wait(PATIENCE_S) == 0, arguments[0]


def _until(what: str, done: Callable[[], object], courier: Line | None = None) -> None:
    """`courier` is told to go again and again: by itself it looks for news less and less often."""
    deadline = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < deadline, f"not: {what}"
        if courier is not None:
            courier.ask("go")
        time.sleep(0.05 if courier is None else 0.5)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "local.age"}


def _lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))]


def _device(store: Store) -> str:
    return str(WriterKey.load(store.home.device, DESK).certificate["device"])


def _box_device(box: Box) -> str:
    return str(WriterKey.load(box.layout.device, "recorder").certificate["device"])


def _verdict(box: Box, store: Store, session: str) -> Verdict:
    """As the box's own are looked at: by its key."""
    copy = box.folder / "looked-at" / session
    shutil.copytree(store.session(session), copy)
    return box.verdict_of(copy)


@scene(carried_home)
def test_every_byte_comes_home(take: Home) -> None:
    for session in take.sessions:
        assert take.archived[session] == take.on_box[session]
        assert take.verdicts[session].findings == ()
    assert take.ingest["findings"] == []
    assert take.ingest["gaps"] == {}


@scene(carried_home)
def test_the_box_lets_go_of_one_and_obeys_about_the_other(take: Home) -> None:
    kept, erased = take.sessions
    told = {said["kind"]: said.get("session") or said["sessions"] for said in take.told}
    assert told == {"purged": kept, "erased": [erased]}
    assert take.said_at_office == take.told
    assert take.purged_there
    assert take.held, "a hold keeps it on the box as well"
    assert take.left_of_erased == []
