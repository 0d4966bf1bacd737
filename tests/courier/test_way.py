"""The way of a box read from a kernel's tree and from what NetworkManager prints; the real machine is asked, too."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from appliance.courier.box_way import BoxWay, ask_nmcli
from appliance.courier.targets import Target, read_targets
from appliance.courier.way import BenchWay, Way
from appliance.errors import BadInput

STORE = "57" * 16
NETWORK = Target(STORE, "office:drop", None, None)


def port(
    tree: Path, name: str, *, real: bool = True, kind: str = "1", carrier: str | None = "1", wifi: bool = False
) -> None:
    (tree / name).mkdir(parents=True)
    if real:
        (tree / name / "device").mkdir()
    if wifi:
        (tree / name / "wireless").mkdir()
    (tree / name / "type").write_text(f"{kind}\n")
    if carrier is not None:
        (tree / name / "carrier").write_text(f"{carrier}\n")


class Nmcli:
    """NetworkManager as `nmcli --terse` tells of it: active Wi-Fi connections by uuid and mode."""

    def __init__(self, **modes: str) -> None:
        self.modes = modes

    def __call__(self, options: Sequence[str]) -> str:
        if "--active" in options:
            rows = [f"{uuid}:802-11-wireless:activated\n" for uuid in self.modes]
            return "".join(["e1:802-3-ethernet:activated\n", "w9:802-11-wireless:activating\n", *rows])
        return f"{self.modes[options[-1]]}\n"


@pytest.mark.parametrize(
    ("told", "is_open"),
    [
        ({}, True),
        ({"carrier": "0"}, False),
        ({"carrier": None}, False),  # down: reading it fails
        ({"real": False}, False),  # a bridge, a container's end
        ({"wifi": True}, False),
        ({"kind": "772"}, False),  # loopback
    ],
)
def test_a_cable_is_a_way(tmp_path: Path, told: dict[str, str | bool | None], is_open: bool) -> None:
    port(tmp_path, "eth0", **told)  # type: ignore[arg-type]
    assert BoxWay(tmp_path, lambda _options: "").open(NETWORK) is is_open


def test_a_joined_wifi_is_a_way_and_the_boxs_own_is_none(tmp_path: Path) -> None:
    assert BoxWay(tmp_path, Nmcli(a="infrastructure")).open(NETWORK)
    assert not BoxWay(tmp_path, Nmcli(a="ap")).open(NETWORK)
    assert BoxWay(tmp_path, Nmcli(a="ap", b="infrastructure")).open(NETWORK)
    assert not BoxWay(tmp_path, Nmcli()).open(NETWORK)
    assert not BoxWay(tmp_path / "nowhere", lambda _options: "").open(NETWORK)


def test_a_disk_is_a_way_once_it_is_mounted(tmp_path: Path) -> None:
    """A folder where no disk is mounted lies on the box's own card: to carry there would fill it."""
    empty = Target(STORE, f"{tmp_path}/drop", None, tmp_path)
    mounted = Target(STORE, "/proc/drop", None, Path("/proc"))
    ways: list[Way] = [BoxWay(tmp_path, lambda _options: ""), BenchWay()]
    for way in ways:
        assert not way.open(empty)
        assert way.open(mounted)


def test_the_benchs_switch(tmp_path: Path) -> None:
    way = BenchWay(mounts={tmp_path})
    assert way.open(NETWORK)
    way.network = False
    assert not way.open(NETWORK)
    assert way.open(Target(STORE, f"{tmp_path}/drop", None, tmp_path))


def test_this_machine_can_be_asked() -> None:
    assert BoxWay().open(NETWORK) in {True, False}
    assert isinstance(ask_nmcli(["--version"]), str)


def told(**changes: object) -> dict[str, object]:
    return {"store": STORE, "remote": "office:drop", "pickup": None, "needs": "network", **changes}


def test_targets_are_read() -> None:
    stick = told(store="58" * 16, remote="/media/stick/drop", pickup="/media/stick/outbox", needs="mount:/media/stick")
    assert read_targets([told(), stick]) == (
        NETWORK,
        Target("58" * 16, "/media/stick/drop", "/media/stick/outbox", Path("/media/stick")),
    )
    assert read_targets([]) == ()


@pytest.mark.parametrize(
    "bad",
    [
        None,
        [],
        {},
        told(more=1),
        told(store="x"),
        told(store=None),
        told(remote=""),
        told(remote="a\nb"),
        told(remote=7),
        told(pickup=""),
        told(needs="luck"),
        told(needs=None),
        told(needs="mount:stick", remote="stick/drop"),
        told(needs="mount:/media/stick", remote="/media/other/drop"),
        told(needs="mount:/media/stick", remote="/media/stick/../../etc"),
        told(needs="mount:/media/stick", remote="/media/stick/drop", pickup="/etc"),
    ],
)
def test_a_bad_target_is_refused_whole(bad: object) -> None:
    with pytest.raises(BadInput):
        read_targets([told(store="59" * 16), bad])


def test_a_store_has_one_target() -> None:
    with pytest.raises(BadInput):
        read_targets([told(), told(remote="elsewhere:")])
