"""Other people's age: npm age-encryption, always; the `age` program where one of 1.3 or newer can be had."""

import functools
import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
FETCH_AGE = HERE.parent.parent / "provisioning" / "fetch_age.sh"
FETCH_DEADLINE_S = 240


class ToolMissing(RuntimeError):
    """Says what is missing and how to have it."""


@functools.cache
def prepare_node() -> Path:
    """The node program, after the pinned age-encryption was installed beside the scripts if it was not there."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise ToolMissing("node and npm are missing: apt-get install nodejs npm")
    if not (HERE / "node_modules" / "age-encryption" / "package.json").exists():
        install = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run(install, cwd=HERE, check=True, capture_output=True)
    return Path(node)


def run_node(script: str, *arguments: str | Path, **environment: str) -> str:
    """Standard output of one of the scripts beside this file. Raises CalledProcessError with its standard error."""
    command = [prepare_node(), "--no-warnings", HERE / script, *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ) | environment)
    if run.returncode:
        raise subprocess.CalledProcessError(run.returncode, script, run.stdout, run.stderr)
    return run.stdout


@functools.cache
def find_age() -> Path:
    """An `age` of 1.3 or newer: from PATH, else brought from this machine's Debian mirror. Raises ToolMissing."""
    try:
        run = subprocess.run([FETCH_AGE], capture_output=True, text=True, check=False, timeout=FETCH_DEADLINE_S)
    except subprocess.TimeoutExpired:
        raise ToolMissing(f"{FETCH_AGE.name} did not end within {FETCH_DEADLINE_S} s") from None
    if run.returncode:
        raise ToolMissing(run.stderr.strip().rpartition("\n")[2] or f"{FETCH_AGE.name} failed")
    return Path(run.stdout.strip())


@pytest.fixture(scope="session")
def age_tool() -> Path:
    """The `age` program; where none can be had the test is skipped, and says why."""
    try:
        return find_age()
    except ToolMissing as missing:
        reason = f"NOT CHECKED against the age program: {missing}"
        print(reason)
        pytest.skip(reason)
