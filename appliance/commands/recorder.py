"""`fieldreel recorder`: the recorder process, under systemd or on a bench."""

import argparse
import logging
import signal
import threading
from pathlib import Path
from typing import Any

from appliance.config import read_box_config


def add(commands: Any) -> None:
    parser = commands.add_parser("recorder", help="record, under button control (the box runs this)")
    parser.add_argument("--config", type=Path, help="TOML file with the settings of this appliance")
    parser.add_argument("--home", type=Path, help="where everything is kept (FORMAT.md section 1)")
    parser.add_argument("--run", dest="run_dir", type=Path, help="where the sockets are")
    parser.add_argument("--hardware", choices=["pi", "bench"])
    parser.add_argument("--camera", help="pi, test-card, film:PATH, webcam[:DEVICE] or picamera2")
    parser.add_argument("--microphone", help="ALSA card id")
    for name in ("width", "height", "fps", "bitrate"):
        parser.add_argument(f"--{name}", type=int)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit 0 switched off; 70 only a new process can help (systemd starts one); 1 with the Fault named."""
    from appliance.assembly import build_recorder  # loads camera libraries, which other commands need not wait for

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    config = read_box_config(args.config, args.home)
    changes = {name: getattr(args, name) for name in ("home", "hardware", "camera", "microphone")}
    sizes = {name: getattr(args, name) for name in ("width", "height", "fps", "bitrate")}
    config = config.with_(run=args.run_dir, **changes, **sizes)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    return build_recorder(config).run(stopping)
