"""What firstboot writes for NetworkManager, from what a box was provisioned with."""

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.config import Config
from appliance.errors import BadInput
from appliance.network.laying_out import Places, lay_out
from appliance.network.profiles import BANDS
from appliance.provisioning.wifi import FILE, Wifi

WIFI = Wifi("fieldreel-3F7A", "abcdefghjkmnpqrstuvw", "NL")


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "home/device").mkdir(parents=True)
    (tmp_path / "home/device" / FILE).write_bytes(WIFI.line())
    return replace(Config(), home=tmp_path / "home", hosts=("box-3f7a.fieldreel.internal", "10.77.0.1"))


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(
        tmp_path / "run/system-connections", tmp_path / "etc/dnsmasq/box.conf", tmp_path / "etc/modprobe/box.conf"
    )


def test_two_profiles_that_only_root_reads(config: Config, places: Places) -> None:
    assert lay_out(config, places) == WIFI
    found = {path.name: path for path in places.profiles.iterdir()}
    assert set(found) == {f"{band.name}.nmconnection" for band in BANDS}
    assert {path.stat().st_mode & 0o777 for path in found.values()} == {0o600}
    assert all(f"psk={WIFI.psk}\n" in path.read_text() for path in found.values())


def test_the_name_server_and_the_radio_s_rules(config: Config, places: Places) -> None:
    lay_out(replace(config, captive="portal"), places)
    assert "host-record=box-3f7a.fieldreel.internal,10.77.0.1" in places.name_server.read_text()
    assert "dhcp-option=114" in places.name_server.read_text()
    assert places.radio.read_text() == "options cfg80211 ieee80211_regdom=NL\n"


def test_done_again_it_writes_nothing_on_the_card(config: Config, places: Places) -> None:
    lay_out(config, places)
    before = {path: path.stat().st_ino for path in (places.name_server, places.radio)}
    lay_out(config, places)
    assert {path: path.stat().st_ino for path in before} == before


def test_a_box_without_wifi_lays_out_none_and_a_spoiled_file_is_told(config: Config, places: Places) -> None:
    (config.home / "device" / FILE).write_text("{")
    with pytest.raises(BadInput):
        lay_out(config, places)
    (config.home / "device" / FILE).unlink()
    assert lay_out(config, places) is None
    assert not places.profiles.exists()
