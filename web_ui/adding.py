"""What a second phone needs to join: the codes of the box's Wi-Fi and of its page, for whoever has unlocked the box.

Apart from pairing, which they do not replace: the Wi-Fi's password lets a phone see the page, and no more.
"""

from typing import Any, Final

from flask import Blueprint, Response

from appliance import qr
from appliance.captive import ADDRESS
from appliance.config import Config
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
        "page": page_address(config),
    }


@pages.get("/phones/wifi.svg")
def wifi_code() -> Response:
    wifi = _wifi()
    if wifi is None:
        raise NotFound("This box has no Wi-Fi of its own.")
    return _drawn(qr.wifi_text(wifi.ssid, wifi.psk))


@pages.get("/phones/page.svg")
def page_code() -> Response:
    return _drawn(first_address(the_box().config))


def page_address(config: Config) -> str:
    """Of the box's pages, by the first of its names."""
    scheme, usual = ("http", "80") if config.certificate is None else ("https", "443")
    return _address(scheme, config.hosts[0], config.bind, usual)


def first_address(config: Config) -> str:
    """Where a new phone begins: where it must first learn to trust the office's authority, the page on joining."""
    return page_address(config) if config.authority is None else _address("http", ADDRESS, config.join_bind, "80")


def _address(scheme: str, host: str, bind: str, usual: str) -> str:
    port = bind.rpartition(":")[2]
    return f"{scheme}://{host}{'' if port == usual else f':{port}'}/"


def _wifi() -> Wifi | None:
    return read_wifi(Home(the_box().config.home).device)


def _drawn(text: str) -> Response:
    return make_answer(qr.svg(text, ""), headers={"Content-Type": "image/svg+xml"})
