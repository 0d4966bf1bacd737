"""pins.py MACHINE < run.txt: the pins of a lock that hold on Python 3.13 and that kind of machine, hashes and all.

Apart from pip, which would judge the conditions behind a pin by the Python that it runs on.
"""

import re
import sys
from collections.abc import Iterator
from typing import Final

from pip._vendor.packaging.requirements import Requirement

PYTHON: Final = "3.13"
BUILD_ONLY: Final = frozenset({"setuptools"})


def pins(lock: str, machine: str) -> Iterator[str]:
    box = {
        "implementation_name": "cpython",
        "os_name": "posix",
        "platform_machine": machine,
        "platform_python_implementation": "CPython",
        "platform_system": "Linux",
        "python_full_version": f"{PYTHON}.0",
        "python_version": PYTHON,
        "sys_platform": "linux",
    }
    text = re.sub(r"^\s*#.*\n", "", lock, flags=re.MULTILINE).replace("\\\n", " ")
    for line in filter(str.strip, text.splitlines()):
        words, *hashes = line.split(" --hash=")
        pin = Requirement(words.strip())
        if pin.name not in BUILD_ONLY and (pin.marker is None or pin.marker.evaluate(box)):
            yield " ".join([f"{pin.name}{pin.specifier}", *(f"--hash={each.strip()}" for each in hashes)])


if __name__ == "__main__":
    print(*pins(sys.stdin.read(), sys.argv[1]), sep="\n")
