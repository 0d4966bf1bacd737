"""What a second phone needs to join: the codes of the box's Wi-Fi and of its page, for whoever has unlocked the box.

Apart from pairing, which they do not replace: the Wi-Fi's password lets a phone see the page, and no more.
"""

from typing import Any, Final

from flask import Blueprint, Response

from appliance import qr
from appliance.errors import NotFound
from appliance.provisioning.wifi import Wifi, read_wifi
from appliance.store.layout import Home
from web_ui.cookies import make_answer
from web_ui.site import the_box

pages: Final = Blueprint("adding", __name__)


@pages.get("/api/phones/join")
def told() -> dict[str, Any]:
    """`ssid` and `password`: None where the box has no Wi-Fi of its own. `page`: what a person would type."""
    config, wifi = the_box().config, _wifi()
    return {
        "ssid": None if wifi is None else wifi.ssid,
        "password": None if wifi is None else wifi.psk,
        "page": config.page_address,
    }


@pages.get("/phones/wifi.svg")
def wifi_code() -> Response:
    wifi = _wifi()
    if wifi is None:
        raise NotFound("This box has no Wi-Fi of its own.")
    return _drawn(qr.wifi_text(wifi.ssid, wifi.psk))


@pages.get("/phones/page.svg")
def page_code() -> Response:
    return _drawn(the_box().config.first_address)


def _wifi() -> Wifi | None:
    return read_wifi(Home(the_box().config.home).device)


def _drawn(text: str) -> Response:
    return make_answer(qr.svg(text, ""), headers={"Content-Type": "image/svg+xml"})
