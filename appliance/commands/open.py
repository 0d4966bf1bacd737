"""`fieldreel open`: a session and the office's key -> an ordinary MP4.

Apart from `unseal`, which knows a single file: this one knows what belongs together, and checks it first.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from appliance.commands import Subparsers
from appliance.commands.account import Account, Progress, duration
from appliance.commands.passphrase import add_passphrase, read_passphrase
from appliance.commands.verify import add_session, verify
from appliance.errors import BadInput
from appliance.export.film import film
from appliance.playback.reader import SessionReader
from appliance.sealing.identities import read_identities
from appliance.store.verify import SayProgress, no_progress


def add(subparsers: Subparsers) -> None:
    parser = subparsers.add_parser("open", help="open a session with a key, into an ordinary MP4")
    add_session(parser)
    parser.add_argument(
        "-i", "--identity", required=True, type=Path, metavar="IDENTITY_FILE", help="such as office.key"
    )
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="FILM", help="such as film.mp4")
    parser.add_argument("--force", action="store_true", help="write over FILM if it stands there")
    add_passphrase(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0: sound and opened. 1: opened, but the session is not sound, or seconds of it had to be left out."""
    checking, writing = Progress("Checking"), Progress("Writing")
    opened = open_session(
        args.session,
        args.identity,
        lambda: read_passphrase(args.passphrase_fd, "Passphrase of the key file: "),
        args.output,
        force=args.force,
        device=args.device,
        warn=_warn,
        progress=(checking, writing),
    )
    writing.end()
    if opened.account.verdict.sound:
        print("This session is sound.")
    print(f"{args.output}: {duration(opened.film_ms)}, {opened.bytes / 1e6:.1f} MB")
    for name in opened.left_out:
        print(f"{name} could not be opened; the picture stands still there.", file=sys.stderr)
    return int(not opened.account.verdict.sound or bool(opened.left_out))


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """`film_ms`: length with gaps; `bytes`: of the film's file; `left_out`: segments that could not be opened."""

    account: Account
    film_ms: int
    bytes: int
    left_out: tuple[str, ...]


def open_session(
    session: Path,
    key_file: Path,
    passphrase: Callable[[], str],
    target: Path,
    *,
    force: bool = False,
    device: Path | None = None,
    warn: Callable[[Account], None] = lambda account: None,
    progress: tuple[SayProgress, SayProgress] = (no_progress, no_progress),
) -> OpenedSession:
    """Verify, then write the film, sound or not; `warn` is called in between if it is not.

    Raises BadInput (the target stands there), NotASession, Unreadable, WrongKey, FileTampered, CardFull.
    """
    _check_target(session, target, force=force)
    reader = SessionReader(session, read_identities(_key_bytes(key_file), passphrase))
    account = verify(session, device, progress[0])
    if not account.verdict.sound:
        warn(account)
    made = film(reader, target, progress[1])
    return OpenedSession(account, reader.film_ms, made.bytes, made.left_out)


def _warn(account: Account) -> None:
    print(f"\r{account}", file=sys.stderr)
    print("WARNING: it is opened all the same; do not rely on what the film shows.", file=sys.stderr)


def _key_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as failure:
        raise BadInput(f"The key file cannot be read: {failure.strerror}.") from None


def _check_target(session: Path, target: Path, *, force: bool) -> None:
    if target.exists() and not (force and target.is_file()):
        raise BadInput("The film stands there already.", "Take another name, or --force to write over it.")
    if session.resolve() in target.resolve().parents:
        raise BadInput("The film would lie in the session's own folder.", "Take a place outside of it.")
