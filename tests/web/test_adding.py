"""The codes by which a second phone joins: what they say, and that only an unlocked phone is shown them."""

import dataclasses
import re
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest

from appliance.config import Config
from appliance.provisioning.wifi import Wifi
from tests.web.box import WebBox

WIFI = Wifi("fieldreel-3F7A", "k7mqtw3hdz9fxn2b6crg", "NL")


@pytest.fixture
def provisioned(box: WebBox) -> WebBox:
    (box.home.device / "wifi.json").write_bytes(WIFI.line())
    return box


def read_by_a_camera(svg: str) -> str:
    """The text in a drawing of strokes on a grid, as another program than the one that drew it finds it."""
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own
    side = int(root.attrib["viewBox"].split()[2])
    strokes = next(path.attrib["d"] for path in root if path.attrib.get("stroke") == "#000")
    grid, x, y = np.full((side, side), 255, np.uint8), 0.0, 0.0
    for kind, numbers in re.findall(r"([Mmh])([-\d. ]+)", strokes):
        values = [float(number) for number in numbers.split()]
        if kind == "h":
            grid[int(y), int(x) : int(x + values[0])] = 0
            x += values[0]
        else:
            x, y = (values[0], values[1]) if kind == "M" else (x + values[0], y + values[1])
    found: str = cv2.QRCodeDetector().detectAndDecode(grid.repeat(8, 0).repeat(8, 1))[0]
    return found


def test_a_camera_reads_the_network_and_the_page(provisioned: WebBox) -> None:
    phone = provisioned.phone()
    wifi = phone.get("/phones/wifi.svg")
    assert wifi.headers["Content-Type"] == "image/svg+xml"
    assert wifi.headers["Cache-Control"] == "no-store"
    assert read_by_a_camera(wifi.text) == "WIFI:T:WPA;S:fieldreel-3F7A;P:k7mqtw3hdz9fxn2b6crg;;"
    assert read_by_a_camera(phone.get("/phones/page.svg").text) == "http://box.localhost:8047/"
    assert phone.get("/api/phones/join").json == {
        "ssid": WIFI.ssid,
        "password": WIFI.psk,
        "page": "http://box.localhost:8047/",
    }


@pytest.mark.parametrize("path", ["/phones/wifi.svg", "/phones/page.svg", "/api/phones/join"])
def test_the_password_is_for_unlocked_phones_only(provisioned: WebBox, path: str) -> None:
    paired = provisioned.paired()
    for answer in (provisioned.browser().get(path), paired.get(path)):
        assert answer.status in {401, 403}
        assert WIFI.psk not in answer.text


def test_a_box_without_a_network_of_its_own_says_so(box: WebBox) -> None:
    phone = box.phone()
    assert phone.get("/api/phones/join").json["ssid"] is None
    assert phone.get("/phones/wifi.svg").code == "not-found"


def test_a_new_phone_begins_where_it_can_learn_to_trust() -> None:
    real = Config(bind="10.77.0.1:443", hosts=("box.agency.example",), certificate="c", certificate_key="k")
    own = dataclasses.replace(real, authority="a", join_bind="10.77.0.1:80")
    assert (real.page_address, real.first_address) == ("https://box.agency.example/",) * 2
    assert (own.page_address, own.first_address) == ("https://box.agency.example/", "http://10.77.0.1/")
    odd = dataclasses.replace(own, bind="10.77.0.1:8443", join_bind="10.77.0.1:8080")
    assert (odd.page_address, odd.first_address) == ("https://box.agency.example:8443/", "http://10.77.0.1:8080/")
