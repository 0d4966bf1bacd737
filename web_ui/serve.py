"""The web process: gunicorn with one worker and threads around the app.

Apart from the app so that tests need no server. One worker, because sign-ins and the keeper's link live in it.
"""

import os
import resource
import sys
from collections.abc import Callable
from typing import Any, Final

from flask import Flask
from gunicorn.app.base import BaseApplication

from appliance.commands.web import config_of, parse
from appliance.config import Config
from appliance.errors import Fault
from web_ui.app import create_app
from web_ui.watching import start_watching

THREADS: Final = 32


class Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, config: Config, start: Callable[[Config], Flask]) -> None:
        self._config, self._start = config, start
        super().__init__()

    def load_config(self) -> None:
        for name, value in settings(self._config).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Called in the worker process, after the fork: keys are only ever there."""
        return self._start(self._config)


def start_box(config: Config) -> Flask:
    app = create_app(config)
    start_watching(app)
    return app


def settings(config: Config) -> dict[str, Any]:
    """No access log: addresses hold session ids; no warnings either: they quote what was asked.

    No header of a proxy is believed, for there is none.
    """
    return {
        "bind": config.bind,
        "workers": 1,
        "worker_class": "web_ui.patience.PatientWorker",
        "threads": THREADS,
        "graceful_timeout": 2,
        "timeout": 30,
        "keepalive": 5,
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "error",
        "umask": 0o077,
        "worker_tmp_dir": str(config.run),
        "control_socket_disable": True,
        "forwarded_allow_ips": "",
        "secure_scheme_headers": {},
        "limit_request_line": 2048,
        "limit_request_fields": 50,
        "certfile": config.certificate,
        "keyfile": config.certificate_key,
    }


def main(arguments: list[str]) -> int:
    """Serves until SIGTERM; 1 with the Fault named on stderr."""
    return serve(lambda: config_of(parse(arguments)), start_box)


def serve(read: Callable[[], Config], start: Callable[[Config], Flask]) -> int:
    """`start`: makes the app and what runs beside it, in the worker process."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        config = read()
        config.run.mkdir(mode=0o700, parents=True, exist_ok=True)
    except Fault as fault:
        print(f"{fault.code}: {fault.what}\n  {fault.do}", file=sys.stderr)  # noqa: T201 - this is a command
        return 1
    os.environ.pop("GUNICORN_CMD_ARGS", None)
    Server(config, start).run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
