import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from appliance.clock import SetClock
from appliance.errors import BadInput, Fault, Locked, NotFound, WrongKey
from appliance.playback.keeper_link import KeeperLink
from appliance.playback.phones import read_pairings
from appliance.sealing.unlock import read_pairing
from appliance.store.layout import Home, new_id
from appliance.worker import Worker
from tests.playback.homes import (
    SECRET,
    Film,
    keeper_pid,
    obey,
    pair,
    pin,
    record,
    secret,
    unlock,
    unlock_recipient,
)

OTHER = bytes(range(7, 39))
BOARD = bytes(range(50, 82))
GONE_S = 10


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def link(home: Home) -> Iterator[KeeperLink]:
    link = KeeperLink(home, SetClock())
    yield link
    link.lock()
    assert psutil.Process().children() == []


def whatever_needs_a_key(link: KeeperLink) -> list[Callable[[], object]]:
    session = new_id()
    return [
        lambda: link.playable(session),
        lambda: link.init(session),
        lambda: link.segment(session, 0),
        lambda: link.frame(session, 0),
        lambda: link.pts(session, 0),
        link.ops,
        lambda: link.add_phone(pin(), secret(), "phone"),
        lambda: link.revoke_phone(session),
    ]


def check_locked(link: KeeperLink) -> None:
    assert not link.unlocked
    for ask in whatever_needs_a_key(link):
        with pytest.raises(Locked):
            ask()


def test_before_a_pin_there_is_no_process_and_nothing_is_answered(link: KeeperLink) -> None:
    check_locked(link)
    assert psutil.Process().children() == []
    link.lock()


def test_the_first_phone_unlocks_and_its_pin_does_so_again(link: KeeperLink, home: Home) -> None:
    pairing = pair(link, home)
    assert link.unlocked
    link.lock()
    check_locked(link)
    unlock(link, home, pairing)
    assert link.unlocked
    assert link.ops() == []


def test_what_is_to_be_written_comes_in_its_order(link: KeeperLink) -> None:
    phones = link.first(pin(), secret(), "phone 1")
    assert list(phones.write) == ["identity.age", "recipient.txt", f"{phones.pairing}.bin"]
    told = read_pairing(phones.write[f"{phones.pairing}.bin"])
    assert (told.id, told.name, told.made) == (phones.pairing, "phone 1", SetClock().utc_ms())
    assert phones.write["recipient.txt"].startswith(b"age1pq1")


@pytest.mark.parametrize(("digits", "cookie"), [("000000", SECRET), ("294751", bytes(32)), ("", SECRET), ("1", b"")])
def test_a_wrong_pin_or_secret_leaves_it_locked_and_no_process(
    link: KeeperLink, home: Home, digits: str, cookie: bytes
) -> None:
    pairing = pair(link, home)
    link.lock()
    with pytest.raises(WrongKey):
        unlock(link, home, pairing, digits=digits, cookie=cookie)
    check_locked(link)
    assert psutil.Process().children() == []


def test_a_wrong_pin_of_another_phone_does_not_lock(link: KeeperLink, home: Home) -> None:
    pairing = pair(link, home)
    keeper = keeper_pid(link)
    with pytest.raises(WrongKey):
        unlock(link, home, pairing, digits="000000")
    assert link.unlocked
    unlock(link, home, pairing)
    assert keeper_pid(link) == keeper


def test_a_board_s_secret_is_asked_for_if_the_phone_was_paired_with_it(link: KeeperLink, home: Home) -> None:
    phones = link.first(pin(), secret(), "phone 1", BOARD)
    obey(home, phones)
    link.lock()
    files = [(home.unlock / name).read_bytes() for name in (f"{phones.pairing}.bin", "identity.age")]
    with pytest.raises(WrongKey):
        link.unlock(files[0], files[1], pin(), secret())
    with pytest.raises(WrongKey):
        link.unlock(files[0], files[1], pin(), secret(), bytes(32))
    link.unlock(files[0], files[1], pin(), secret(), BOARD)
    assert link.unlocked


def test_a_second_phone_opens_the_same_and_can_be_shut_out(link: KeeperLink, home: Home, card: Film) -> None:
    first = pair(link, home)
    session = record(home, card.events[:2], unlock_recipient(home), close=False)
    recipient = (home.unlock / "recipient.txt").read_bytes()
    phones = link.add_phone(pin("8642"), secret(OTHER), "phone 2")
    obey(home, phones)
    assert {phone.name for phone in read_pairings(home)} == {"phone 1", "phone 2"}
    assert (home.unlock / "recipient.txt").read_bytes() == recipient
    for pairing, digits, cookie in ((first, "294751", SECRET), (phones.pairing, "8642", OTHER)):
        link.lock()
        unlock(link, home, pairing, digits=digits, cookie=cookie)
        assert link.segment(session, 0)
    stolen = (home.unlock / f"{phones.pairing}.bin").read_bytes()
    obey(home, link.revoke_phone(phones.pairing))
    assert [phone.id for phone in read_pairings(home)] == [first]
    link.lock()
    with pytest.raises(WrongKey):
        link.unlock(stolen, (home.unlock / "identity.age").read_bytes(), pin("8642"), secret(OTHER))
    unlock(link, home, first)
    with pytest.raises(NotFound):
        link.revoke_phone(phones.pairing)


def test_with_the_last_phone_all_of_it_goes(link: KeeperLink, home: Home) -> None:
    phones = link.revoke_phone(pair(link, home))
    assert phones.write == {}
    obey(home, phones)
    assert list(home.unlock.iterdir()) == []


def test_there_is_only_one_first_phone(link: KeeperLink, home: Home) -> None:
    pair(link, home)
    with pytest.raises(BadInput):
        link.first(pin(), secret(), "phone 2")
    assert link.unlocked


@pytest.mark.parametrize(
    ("digits", "cookie", "name"), [("12", SECRET, "x"), ("1234", b"short", "x"), ("1234", SECRET, "")]
)
def test_a_phone_that_cannot_be_is_refused_and_nothing_is_unlocked(
    link: KeeperLink, digits: str, cookie: bytes, name: str
) -> None:
    with pytest.raises(BadInput):
        link.first(pin(digits), secret(cookie), name)
    check_locked(link)
    assert psutil.Process().children() == []


def test_pin_and_secret_are_wiped_whatever_comes_of_it(link: KeeperLink, home: Home) -> None:
    for ask in (
        lambda p, s: link.first(p, s, ""),
        lambda p, s: link.unlock(b"", b"", p, s),
        lambda p, s: link.add_phone(p, s, "phone"),
        lambda p, s: obey(home, link.first(p, s, "phone")),
        lambda p, s: link.add_phone(p, s, "phone"),
    ):
        digits, cookie = pin(), secret()
        with suppress(Fault):
            ask(digits, cookie)
        assert (digits, cookie) == (bytearray(6), bytearray(32))


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
def test_a_keeper_that_dies_locks(link: KeeperLink, home: Home, ending: signal.Signals) -> None:
    pairing = pair(link, home)
    keeper = psutil.Process(keeper_pid(link))
    keeper.send_signal(ending)
    gone, _ = psutil.wait_procs([keeper], timeout=GONE_S)
    assert gone
    check_locked(link)
    assert psutil.Process().children() == []
    unlock(link, home, pairing)
    assert link.unlocked


def test_what_is_asked_of_a_keeper_that_dies_meanwhile_raises_locked(link: KeeperLink, home: Home) -> None:
    pair(link, home)
    psutil.Process(keeper_pid(link)).suspend()

    def ask(_: threading.Event) -> None:
        link.ops()

    asking = Worker("asking", ask).start()
    while not link._keeper or not link._keeper._one_at_a_time.locked():
        pass
    os.kill(keeper_pid(link), signal.SIGKILL)
    asking.join(GONE_S)
    assert isinstance(asking.failure, Locked)
    check_locked(link)


def test_a_lock_does_not_wait_for_what_is_being_asked(link: KeeperLink, home: Home) -> None:
    """Eight threads ask without end, the keeper hangs, and a lock ends it at once for all of them."""
    pair(link, home)
    keeper = psutil.Process(keeper_pid(link))
    raised: list[BaseException] = []

    def ask(stopping: threading.Event) -> None:
        while not stopping.is_set():
            try:
                link.ops()
            except Locked as fault:
                raised.append(fault)
                return

    asking = [Worker(f"asking {n}", ask).start() for n in range(8)]
    keeper.suspend()
    link.lock()
    for worker in asking:
        worker.join(GONE_S)
    assert len(raised) == 8
    assert not keeper.is_running()
    check_locked(link)


def test_many_threads_get_each_its_own_answer(link: KeeperLink, home: Home, card: Film) -> None:
    pair(link, home)
    session = record(home, card.events, unlock_recipient(home))
    segments = {n: link.segment(session, n) for n in range(8)}
    wrong: list[int] = []

    def ask(n: int) -> None:
        for _ in range(20):
            if link.segment(session, n) != segments[n] or link.pts(session, n)[0] != n * 90_000:
                wrong.append(n)

    asking = [Worker(f"asking {n}", lambda _, n=n: ask(n)).start() for n in range(8)]  # type: ignore[misc]
    for worker in asking:
        worker.join(60)
        assert worker.failure is None
    assert wrong == []


def test_the_keeper_can_write_no_file_and_leave_no_dump(link: KeeperLink, home: Home) -> None:
    pair(link, home)
    keeper = psutil.Process(keeper_pid(link))
    assert keeper.rlimit(resource.RLIMIT_FSIZE) == (0, 0)
    assert keeper.rlimit(resource.RLIMIT_CORE) == (0, 0)


HARDENED = """
import ctypes, errno, sys
from appliance.playback import keeper
dumpable = lambda: ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)  # PR_GET_DUMPABLE
before = dumpable()
keeper.harden()
with open(sys.argv[1], "wb", buffering=0) as file:
    try:
        file.write(b"x")
    except OSError as error:
        print(before, dumpable(), errno.errorcode[error.errno])
"""


def test_a_hardened_process_shows_itself_to_nobody_and_no_byte_of_it_reaches_a_file(tmp_path: Path) -> None:
    """The same user's other processes may not look into one that must not be dumped (proc(5), ptrace(2))."""
    command = [sys.executable, "-c", HARDENED, str(tmp_path / "leak")]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    assert told.stdout.split() == ["1", "0", "EFBIG"]
    assert (tmp_path / "leak").stat().st_size == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look into any process")
def test_the_keeper_s_memory_is_closed_to_its_own_user(link: KeeperLink, home: Home) -> None:
    pair(link, home)
    with pytest.raises(PermissionError):
        Path(f"/proc/{keeper_pid(link)}/mem").open("rb").close()


def test_the_keeper_has_no_file_open_but_its_line(link: KeeperLink, home: Home, card: Film) -> None:
    pair(link, home)
    session = record(home, card.events, unlock_recipient(home))
    with (home.root / "web's own").open("wb") as ours:
        assert link.frame(session, 1000)
        keeper = psutil.Process(keeper_pid(link))
        assert [file.path for file in keeper.open_files() if file.path.startswith(str(home.root))] == []
        assert ours.writable()
    kinds = [os.readlink(entry).split(":")[0] for entry in Path(f"/proc/{keeper.pid}/fd").iterdir()]
    assert kinds.count("socket") == 1
    assert keeper.net_connections(kind="inet") == []


def test_playing_leaves_the_disk_as_it_was(link: KeeperLink, home: Home, card: Film) -> None:
    pair(link, home)
    session = record(home, card.events, unlock_recipient(home))
    before = {path: path.stat().st_mtime_ns for path in home.root.rglob("*")}
    assert link.playable(session)
    assert link.init(session)
    assert link.frame(session, 4000, 320)
    assert {path: path.stat().st_mtime_ns for path in home.root.rglob("*")} == before
