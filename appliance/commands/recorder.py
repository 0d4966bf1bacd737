"""`fieldreel recorder`: the recorder process, under systemd or on a bench."""

import argparse
import threading
from typing import Any

from appliance.commands.program import add_places, begin
from appliance.config import read_box_config


def add(commands: Any) -> None:
    parser = commands.add_parser("recorder", help="record, under button control (the box runs this)")
    add_places(parser)
    parser.add_argument("--camera", help="pi, test-card, film:PATH, webcam[:DEVICE] or picamera2")
    parser.add_argument("--microphone", help="ALSA card id")
    for name in ("width", "height", "fps", "bitrate"):
        parser.add_argument(f"--{name}", type=int)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit 0 switched off; 70 only a new process can help (systemd starts one); 1 with the Fault named."""
    from appliance.assembly import build_recorder  # loads camera libraries, which other commands need not wait for

    config = read_box_config(args.config, args.home)
    changes = {name: getattr(args, name) for name in ("home", "hardware", "camera", "microphone")}
    sizes = {name: getattr(args, name) for name in ("width", "height", "fps", "bitrate")}
    config = config.with_(run=args.run_dir, **changes, **sizes)
    stopping = threading.Event()
    begin(stopping.set)
    return build_recorder(config).run(stopping)
