"""A Mover by rclone: SFTP, S3 and whatever else it knows.

Apart because it alone knows rclone's words, and which of its answers can be believed (DESIGN "The courier").
"""

import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from appliance.courier.mover import Abandoned, Watch
from appliance.courier.rclone_program import RcloneProgram
from appliance.errors import MoverMissing, OfficeUnreachable

OPTIONS: Final = (
    "--retries=1",  # tries are ours: each has a name of its own
    "--low-level-retries=1",
    "--contimeout=15s",
    "--timeout=60s",
    "--transfers=1",
    "--header-upload=If-None-Match: *",  # S3 and WebDAV: never over a file that is there
    "--s3-no-check-bucket",  # a credential that may only put can ask for nothing
    "--s3-no-head",
    "--s3-no-head-object",
    "--s3-upload-cutoff=1G",  # one PUT a parcel: whole or absent, its MD5 checked by the server, nothing left dangling
    "--sftp-set-modtime=false",
    "--sftp-disable-hashcheck",
    "--sftp-shell-type=none",
)
PUT: Final = {"NoCheckDest": True, "Inplace": True}
LOOK: Final = {"UseListR": True, "UseServerModTime": True}
"""On S3 one listing of a whole outbox, and no request for each file in it: boxes look day and night."""
MOST_FILE: Final = "16Mi"
MOST_FETCH: Final = "512Mi"
"""A store that has gone bad must not fill the RAM disk."""
_FIRST_LOOK_S: Final = 0.005
_TELL_S: Final = 0.1
_LOOK_SHARE: Final = 0.05
"""A job is looked at after a twentieth more of the time that it took so far: its end is never noticed much later."""
_NOT_THERE: Final = ("directory not found", "object not found")


class RcloneMover:
    """A Mover whose remotes are rclone's: `section:path` of the configuration file, a connection string, or a path."""

    def __init__(self, program: str, run: Path, config: Path | None = None) -> None:
        self._rclone = RcloneProgram(program, run, OPTIONS, config)

    @property
    def pid(self) -> int | None:
        """Of rclone while it runs."""
        return self._rclone.pid

    def put(self, source: Path, remote: str, name: str, watch: Watch) -> None:
        self._do(
            "operations/copyfile",
            watch,
            srcFs=str(source.parent),
            srcRemote=source.name,
            dstFs=remote,
            dstRemote=name,
            _config=PUT,
        )

    def fetch(self, remote: str, folder: Path, held: Path, watch: Watch) -> None:
        config = {"MaxTransfer": MOST_FETCH, "CutoffMode": "HARD", **LOOK}
        size = {"MaxSize": MOST_FILE}
        kept = {**config, "CompareDest": [str(held)], "SizeOnly": True}
        self._copy(remote, folder, watch, kept, {**size, "IncludeRule": ["/lanes/**", "/statements/**"]})
        self._copy(remote, folder, watch, config, {**size, "IncludeRule": ["/receipts/*", "/locals/*", "/wanted.json"]})

    def close(self) -> None:
        self._rclone.close()

    def _copy(self, remote: str, folder: Path, watch: Watch, config: dict[str, Any], rules: dict[str, Any]) -> None:
        try:
            self._do("sync/copy", watch, srcFs=remote, dstFs=str(folder), _config=config, _filter=rules)
        except OfficeUnreachable as fault:
            if not any(each in fault.what for each in _NOT_THERE):
                raise

    def _do(self, command: str, watch: Watch, **fields: Any) -> None:
        """One of rclone's jobs, watched to its end."""
        if not watch(0):
            raise Abandoned
        job = int(self._rclone.ask(command, _async=True, **fields)["jobid"])
        began = told_at = time.monotonic()
        try:
            while not (told := self._rclone.ask("job/status", jobid=job))["finished"]:
                now = time.monotonic()
                if now - told_at >= _TELL_S:
                    told_at = now
                    if not watch(self._moved(job)):
                        self._rclone.ask("job/stop", jobid=job)
                        raise Abandoned
                time.sleep(min(_TELL_S, max(_FIRST_LOOK_S, _LOOK_SHARE * (now - began))))
            if not told["success"]:
                raise OfficeUnreachable("The office's store could not be used ({why}).", why=_end(told["error"]))
            watch(self._moved(job))
        finally:
            self._forget(job)

    def _moved(self, job: int) -> int:
        return int(self._rclone.ask("core/stats", group=f"job/{job}", short=True).get("bytes", 0))

    def _forget(self, job: int) -> None:
        if self.pid is not None:
            with suppress(OfficeUnreachable, MoverMissing):
                self._rclone.ask("core/stats-delete", group=f"job/{job}")


def _end(error: str) -> str:
    return error.rpartition(": ")[2][:120]
