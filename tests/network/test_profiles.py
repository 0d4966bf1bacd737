"""The own Wi-Fi's profiles, read by NetworkManager's own program: the machine's, or that of the lab's root."""

import shutil
import subprocess

import pytest

from appliance.network.profiles import BANDS, Band, keyfile
from tests.lab.mounts import LabMissing
from tests.lab.trixie import trixie_root

PSK = 'a;b\\c"d#e=f%g[h]~i!jk'


@pytest.fixture(scope="module")
def nmcli() -> list[str]:
    if shutil.which("nmcli"):
        return ["nmcli"]
    try:
        return ["chroot", str(trixie_root()), "nmcli"]
    except LabMissing as missing:
        pytest.skip(f"NOT READ BY NETWORKMANAGER: {missing}")


def offline(nmcli: list[str], *words: str, given: str = "") -> list[str]:
    done = subprocess.run(
        [*nmcli, "--offline", "connection", *words], input=given, capture_output=True, text=True, check=True
    )
    unsaid = ("uuid=", "addr-gen-mode=default")
    return sorted(line for line in done.stdout.splitlines() if line and not line.startswith(unsaid))


@pytest.mark.lab
@pytest.mark.timeout(1800)  # the first time the lab's root is made
@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("psk", ["abcdefghjkmnpqrstuvw", PSK])
def test_networkmanager_reads_what_it_would_have_written(nmcli: list[str], band: Band, psk: str) -> None:
    """Setting by setting, in nmcli's own words: whoever knows those can check this list."""
    wanted = (
        f"add type wifi con-name {band.name} ssid fieldreel-3F7A autoconnect no wifi.mode ap wifi.band {band.band} "
        f"wifi.channel {band.channel} wifi.ap-isolation yes wifi.powersave 2 wifi-sec.key-mgmt wpa-psk "
        "wifi-sec.proto rsn wifi-sec.pairwise ccmp wifi-sec.group ccmp wifi-sec.pmf 1 ipv4.method shared "
        "ipv4.addresses 10.77.0.1/24 ipv6.method disabled"
    ).split()
    made = offline(nmcli, *wanted, "wifi-sec.psk", psk)
    assert offline(nmcli, "modify", given=keyfile(band, "fieldreel-3F7A", psk)) == made


def test_the_two_bands_are_two_profiles_and_stay_the_same_ones() -> None:
    assert len({band.uuid for band in BANDS}) == 2
    assert BANDS[0].uuid == Band("fieldreel-visit-5", "a", 36).uuid
    assert (BANDS[0].band, BANDS[1].band) == ("a", "bg"), "the better one first"
