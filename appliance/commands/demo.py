"""`fieldreel demo`: the box on this machine, from the first press to the film opened with the office's key."""

import argparse
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from appliance.commands import demo_screen
from appliance.commands.demo_box import PASSPHRASE, DemoBox
from appliance.commands.demo_office import DemoOffice, told_to_sign_in
from appliance.commands.demo_web import PORT
from appliance.commands.open import open_session
from appliance.commands.verify import verify
from appliance.errors import Fault, RecorderGone
from appliance.worker import Worker

FRAME_S: Final = 0.1
CARRIED_S: Final = 60.0
SWITCHES: Final = {"1": "lens_covered", "2": "microphone_dead", "3": "encoder_stalled", "4": "low_light"}


def add(commands: Any) -> None:
    parser = commands.add_parser("demo", help="try the whole box on this machine, with throw-away keys")
    parser.add_argument("--camera", default="test-card", help="test-card, film:PATH or webcam[:DEVICE]")
    parser.add_argument("--folder", type=Path, default=Path("demo-home"), help="where keys and films go")
    parser.add_argument("--seconds", type=int, help="no keys: press, record this long, stop, open, end")
    parser.add_argument("--pages", action="store_true", help="no keys: serve the pages until Ctrl-C")
    parser.add_argument("--port", type=int, default=PORT, help=f"of the pages; a free one where {PORT} is taken")
    for name in ("width", "height", "fps", "bitrate"):
        parser.add_argument(f"--{name}", type=int)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    options = ["--camera", args.camera]
    for name in ("width", "height", "fps", "bitrate"):
        options += [f"--{name}", str(getattr(args, name))] if getattr(args, name) is not None else []
    box = DemoBox(args.folder.resolve(), options)
    if not box.office_key.exists():
        print("keys     throw-away ones, made once: a moment", flush=True)
        box.prepare()
    office = DemoOffice(box.folder / "office", box)
    signal.signal(signal.SIGTERM, _told_to_end)
    try:
        box.launch()
        address = box.start_web(args.port)
        print(f"pages    {address}\nbuttons  {address}/bench", flush=True)
        box.wait_ready()
        _open_office(box, office)
        if args.pages:
            _until_interrupted()
        elif args.seconds is not None:
            _by_itself(box, office, args.seconds)
        elif sys.stdin.isatty() and sys.stdout.isatty():
            _by_hand(box, f"{address} (buttons and switches: {address}/bench)\nThe desk: {_desk(office)}")
        else:
            print("There is no terminal to press keys in; recording ten seconds instead.")
            _by_itself(box, office, 10)
    finally:
        office.stop()
        box.stop()
    return 0


def _told_to_end(*_: object) -> None:
    """Once: what was started is then being ended, which a second SIGTERM must not break off."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(128 + signal.SIGTERM)


def _open_office(box: DemoBox, office: DemoOffice) -> None:
    """Once the box can be used: the first time it takes some seconds to make the office's keys."""
    print("office   being prepared", flush=True)
    office.prepare()
    office.launch()
    box.launch_courier()
    office.wait_usable()
    print(f"office   {_desk(office)}", flush=True)


def _desk(office: DemoOffice) -> str:
    return f"{office.address} ({told_to_sign_in(office)})"


def _by_itself(box: DemoBox, office: DemoOffice, seconds: int) -> None:
    print("press    start")
    box.press()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(min(1.0, max(0.0, end - time.monotonic())))
        film = box.status()["film"] or {}
        print(
            f"recording {film.get('film_ms', 0) / 1000:5.1f} s, safe {film.get('acked_ms', 0) / 1000:5.1f} s",
            flush=True,
        )
    print("hold     stop")
    box.hold()
    status = _until(box, lambda status: status["film"] is None and status["last_session"])
    print(_opened(box, status["last_session"]))
    print(_carried(box, office, status["last_session"]), flush=True)


def _carried(box: DemoBox, office: DemoOffice, session: str) -> str:
    """Wait until the office has signed for the session."""
    deadline = time.monotonic() + CARRIED_S
    while time.monotonic() < deadline:
        if any((box.home / "receipts").glob(f"{session}.*.json")):
            return f"Safe at the office, which has signed for it: {office.store.session(session)}"
        time.sleep(FRAME_S)
    return "The office has not signed for it yet; it goes on by itself while the demo runs."


def _until_interrupted() -> None:
    with suppress(KeyboardInterrupt):
        while True:
            time.sleep(1)


def _by_hand(box: DemoBox, addresses: str) -> None:
    pages = f"The pages for phones: {addresses}\n"
    told = f"{pages}Press the space bar: recording starts."
    shown = box.status()["last_session"]
    with demo_screen.keyboard():
        while True:
            try:
                status, look = box.status(), box.look()
            except RecorderGone:
                if not box.unplugged:
                    raise
                time.sleep(FRAME_S)
                continue
            demo_screen.paint(demo_screen.draw(status, look["colour"], look["faults"], told))
            if status["last_session"] != shown and status["film"] is None:
                shown = status["last_session"]
                demo_screen.paint(demo_screen.draw(status, look["colour"], look["faults"], "Opening the session ..."))
                told = f"{pages}{_opened(box, shown)}"
            pressed = demo_screen.key(FRAME_S)
            if pressed == "q":
                break
            _finger(box, pressed)
    print(told)


def _finger(box: DemoBox, pressed: str) -> None:
    fingers: Mapping[str, Callable[[], None]] = {
        " ": box.press,
        "d": box.double_press,
        "h": box.hold,
        "p": box.pen_press,
    }
    if pressed in fingers:
        Worker("finger", lambda _stopping: fingers[pressed]()).start()
    elif pressed in SWITCHES:
        name = SWITCHES[pressed]
        box.fault(name, not box.look()["faults"][name])


def _opened(box: DemoBox, session: str) -> str:
    """Verify the session, open it with the office's key, and say where the film is."""
    folder, film = box.home / "sessions" / session, box.folder / f"{session[:8]}.mp4"
    verdict = verify(folder)
    try:
        open_session(folder, box.office_key, lambda: PASSPHRASE, film, force=True)
    except Fault as fault:
        return f"The session could not be opened: {fault}"
    return "\n".join(
        [
            f"{verdict}",
            f"The film, opened with the office's key: {film}",
            f"The sealed session: {folder}",
            f'The office\'s key: {box.office_key} (passphrase "{PASSPHRASE}")',
        ]
    )


def _until(box: DemoBox, done: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    while True:
        status = box.status()
        if done(status):
            return status
        time.sleep(FRAME_S)
