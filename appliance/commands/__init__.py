"""`fieldreel COMMAND`, one module each: `add` describes it to argparse, `run` does it and gives the exit code."""

import argparse
from typing import TypeAlias

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
