"""What a box is given: whole, private, the same again when asked again, and never a key written over."""

import dataclasses
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance import qr
from appliance.captive import Policy
from appliance.config import read_box_config
from appliance.errors import BadInput
from appliance.practice.tag_sets import read_tag_sets
from appliance.provisioning.card import Laid, lay_out
from appliance.provisioning.wifi import PSK_LENGTH, PSK_LETTERS, Wifi, read_wifi
from appliance.sealing.authority import Pages, issue, make_authority, read_certificate
from appliance.sealing.identities import HybridIdentity
from appliance.sealing.signing import WriterKey
from tests.provisioning.made import NOW, authority, order, tree

OWN_SET = {
    "v": 1,
    "set": "de-brug",
    "version": 2,
    "wording": {"nl": "De Brug", "en": "De Brug"},
    "tags": [{"key": "even-wachten", "wording": {"nl": "even wachten", "en": "waiting a moment"}}],
}


def tag_set(**changed: object) -> bytes:
    return json.dumps({**OWN_SET, **changed}).encode()


def test_a_box_is_whole_and_for_its_owner_only(tmp_path: Path) -> None:
    home = tmp_path / "card"
    laid = lay_out(home, order(tag_sets={"ours.json": tag_set()}, transport=b"[drop]\ntype = sftp\n"), NOW)
    assert sorted(laid.changed) == [
        "device/",
        "device/rclone.conf",
        "device/wifi.json",
        "settings.toml",
        "tag-sets/de-brug-2.json",
        "tls/authority.pem",
        "tls/box.key",
        "tls/box.pem",
    ]
    assert {oct(path.stat().st_mode & 0o077) for path in home.rglob("*")} == {"0o0"}
    assert {WriterKey.load(home / "device", name).certificate["device"] for name in ("recorder", "web")} == {
        laid.device
    }
    assert laid.page == f"https://box{laid.device[:4]}.fieldreel.internal/"


def test_its_programs_read_what_it_was_given(tmp_path: Path) -> None:
    laid = lay_out(tmp_path, order(tag_sets={"ours.json": tag_set()}, captive=Policy.ONLINE), NOW)
    (tmp_path / "with-program.toml").write_text('hosts = ["box.localhost"]\nbitrate = 4000000\n')
    config = read_box_config(tmp_path / "with-program.toml", tmp_path)
    assert (config.hosts, config.bitrate, config.captive) == (laid.hosts, 4_000_000, "online")
    assert (config.bind, config.join_bind) == ("10.77.0.1:443", "10.77.0.1:80")
    assert Path(config.certificate or "").is_relative_to(tmp_path)
    assert Path(config.authority or "").read_bytes() == authority().certificate
    assert read_tag_sets(config.tag_sets).tag("de-brug@2/even-wachten") is not None


def test_done_again_it_changes_nothing_and_asks_for_no_passphrase(tmp_path: Path) -> None:
    same = order(tag_sets={"ours.json": tag_set()})
    first = lay_out(tmp_path, same, NOW)
    before = tree(tmp_path)

    def asked() -> Pages:
        raise AssertionError("the authority was opened")

    again = lay_out(tmp_path, dataclasses.replace(same, open_authority=asked), NOW + timedelta(days=200))
    assert (again.changed, again.notes) == ([], [])
    assert tree(tmp_path) == before
    assert (again.device, again.wifi, again.hosts) == (first.device, first.wifi, first.hosts)
    found = Laid.found(tmp_path)
    assert (found.device, found.wifi, found.page, found.fingerprint) == (
        first.device,
        first.wifi,
        first.page,
        first.fingerprint,
    )


def test_a_setting_changes_and_keys_stay(tmp_path: Path) -> None:
    first = lay_out(tmp_path, order(), NOW)
    again = lay_out(tmp_path, order(captive=Policy.PORTAL, country="BE"), NOW)
    assert again.changed == ["device/wifi.json", "settings.toml"]
    assert again.wifi is not None
    assert first.wifi is not None
    assert (again.wifi.psk, again.wifi.country) == (first.wifi.psk, "BE")


def test_what_is_renewed_is_what_was_asked_for(tmp_path: Path) -> None:
    first = lay_out(tmp_path, order(), NOW)
    late = NOW + timedelta(days=760)
    assert lay_out(tmp_path, order(), late).notes != [], "it ends soon and nothing was said"
    renewed = lay_out(tmp_path, order(renew=frozenset({"certificate"})), late)
    assert renewed.changed == ["tls/box.key", "tls/box.pem"]
    assert read_certificate((tmp_path / "tls/box.pem").read_bytes()).until > late + timedelta(days=800)
    wifi = lay_out(tmp_path, order(renew=frozenset({"wifi"})), late)
    assert wifi.changed == ["device/wifi.json"]
    assert wifi.wifi is not None
    assert first.wifi is not None
    assert wifi.wifi.psk != first.wifi.psk
    assert wifi.wifi.ssid == first.wifi.ssid


def test_what_would_write_over_a_key_is_refused(tmp_path: Path) -> None:
    lay_out(tmp_path, order(tag_sets={"ours.json": tag_set()}), NOW)
    before = tree(tmp_path)
    other = make_authority("De Brug", "fieldreel.internal", "10.77.0.1", NOW)
    mine = issue(authority(), ["mine.fieldreel.internal"], NOW)
    for wrong in (
        {"recipients": [HybridIdentity.generate().recipient.text]},
        {"authority": other.certificate},
        {"host": "other.fieldreel.internal"},
        {"own": mine, "authority": None, "host": "mine.fieldreel.internal"},
        {"tag_sets": {"ours.json": tag_set(wording={"nl": "Anders"})}},
        {"tag_sets": {"ours.json": tag_set(set="orion-8", version=1)}},
        {"tag_sets": {"ours.json": b"{}"}},
        {"country": "nl"},
        {"ssid": "Fam. Jansen"},
        {"host": "UPPER"},
    ):
        with pytest.raises(BadInput):
            lay_out(tmp_path, order(**wrong), NOW)
        assert tree(tmp_path) == before, wrong


@pytest.mark.parametrize("wrong", [{"country": "nl"}, {"ssid": "Fam. Jansen"}, {"host": "UPPER"}])
def test_what_the_order_alone_shows_is_refused_before_anything_is_made(tmp_path: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        lay_out(tmp_path / "new", order(**wrong), NOW)
    assert not (tmp_path / "new").exists()


def test_without_a_certificate_there_is_no_box(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no certificate"):
        lay_out(tmp_path, order(authority=None), NOW)


def test_a_certificate_for_a_real_name_needs_no_authority(tmp_path: Path) -> None:
    own = issue(authority(), ["mine.fieldreel.internal"], NOW)
    laid = lay_out(tmp_path, order(authority=None, own=own, host="mine.fieldreel.internal"), NOW)
    assert (laid.hosts, laid.fingerprint) == (("mine.fieldreel.internal",), "")
    assert "authority" not in (tmp_path / "settings.toml").read_text()


def test_the_wifi_s_password_is_long_and_can_be_typed(tmp_path: Path) -> None:
    found = [lay_out(tmp_path / str(n), order(), NOW).wifi for n in range(3)]
    assert len({wifi.psk for wifi in found if wifi}) == 3
    assert all(wifi and len(wifi.psk) == PSK_LENGTH and set(wifi.psk) <= set(PSK_LETTERS) for wifi in found)
    assert not set(PSK_LETTERS) & set("0o1li")
    (tmp_path / "0/device/wifi.json").write_text('{"v":1,"ssid":"x","psk":"short","country":"NL"}')
    with pytest.raises(BadInput):
        read_wifi(tmp_path / "0/device")


@settings(max_examples=60, deadline=None)
@given(
    st.text(min_size=1, max_size=32), st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), min_size=8)
)
def test_no_name_or_password_breaks_out_of_its_place(ssid: str, psk: str) -> None:
    """Read back as phones do: fields end at a semicolon that no backslash stands before."""
    found = re.fullmatch(r"WIFI:T:WPA;S:((?:[^\\;]|\\.)*);P:((?:[^\\;]|\\.)*);;", qr.wifi_text(ssid, psk), re.DOTALL)
    assert found is not None
    assert [re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL) for part in found.groups()] == [ssid, psk]


def test_a_phone_reads_the_wifi_code_as_it_was_meant() -> None:
    """By another reader than the maker of the code; special characters escaped as phones take them."""
    import cv2
    import numpy as np
    import segno

    text = qr.wifi_text('a;b,c:d"e\\f', "k7mqtw3hdz9fxn2b6crg")
    assert text == 'WIFI:T:WPA;S:a\\;b\\,c\\:d\\"e\\\\f;P:k7mqtw3hdz9fxn2b6crg;;'
    dark = np.array(
        [
            [0 if bit else 255 for bit in row]
            for row in segno.make(text, error="m", micro=False).matrix_iter(scale=8, border=4)
        ],
        np.uint8,
    )
    assert cv2.QRCodeDetector().detectAndDecode(dark)[0] == text
    drawn = qr.svg(text, 'Wi-Fi "7" & more')
    assert "<script" not in drawn
    assert "style=" not in drawn
    assert 'viewBox="0 0 ' in drawn
    Wifi("fieldreel-3F7A", "k7mqtw3hdz9fxn2b6crg", "NL").check()
