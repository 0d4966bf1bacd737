"""Makes what tests of whole systems start from, so that none of them waits for it: `python -m tests.lab`."""

import os

from tests.lab.debs import package
from tests.lab.mounts import LabMissing
from tests.lab.trixie import trixie_root

if __name__ == "__main__":
    os.environ.setdefault("FIELDREEL_LAB_USED", "1")
    try:
        print(f"{trixie_root()}\n{package()}")
    except LabMissing as missing:
        print(f"NO SYSTEM WILL BE STARTED: {missing}")
