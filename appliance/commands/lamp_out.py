"""`fieldreel lamp-out`: puts lamp and buzzer out after a recorder that could not do so itself.

Apart from the recorder: systemd runs this when that process is gone, however it went (ExecStopPost=).
"""

import argparse
from pathlib import Path
from typing import Any

from appliance.config import read_box_config


def add(commands: Any) -> None:
    parser = commands.add_parser("lamp-out", help="put the lamp out (the box runs this when its recorder has ended)")
    parser.add_argument("--config", type=Path, help="TOML file with the settings of this appliance")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Raises PanelLost. A bench has no lamp that outlives its recorder."""
    config = read_box_config(args.config)
    if config.hardware == "pi":
        from appliance.assembly import put_lamp_out

        put_lamp_out()
    return 0
