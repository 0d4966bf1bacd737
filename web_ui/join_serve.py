"""The process of the page on joining: the same server as the pages have, without TLS and without anything of theirs.

Apart so that plain HTTP and the box's keys are never in one process.
"""

import sys
from dataclasses import replace

from appliance.commands.web import config_of, parse
from appliance.config import Config
from web_ui.joining import create_joining
from web_ui.serve import serve


def main(arguments: list[str]) -> int:
    """Serves until SIGTERM; 1 with the Fault named on stderr."""

    def read() -> Config:
        config = config_of(parse(arguments))
        create_joining(config)  # what is wrong with it is better said here, where somebody reads it
        return replace(config, bind=config.join_bind, certificate=None, certificate_key=None)

    return serve(read, lambda _served: create_joining(config_of(parse(arguments))))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
