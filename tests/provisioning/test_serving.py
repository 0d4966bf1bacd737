"""From provisioning to a phone: the real processes on what was laid out, asked by Python's ssl and by a real Chromium.

The browser is told of the office's authority as an administrator does it, and ignores nothing.
"""

import shutil
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

from appliance.captive import ADDRESS
from appliance.commands.demo_web import free_port
from appliance.provisioning.card import DOMAIN, Laid, lay_out
from appliance.sealing.authority import Pages, issue, make_authority
from tests.journeys.phone import ARGUMENTS, EXECUTABLE
from tests.pages.looking import SIZES, misplaced_on, wrong_with
from tests.provisioning.made import NOW, authority, files_of, forged, order
from tests.web.phone import Phone, until
from tests.web.served import Served

LANGUAGES = {"en": "en-GB", "nl": "nl-NL", "es": "es-ES", "he": "he-IL"}


@dataclass
class Box:
    """A provisioned home with its two processes: the pages over TLS, the page on joining over plain HTTP."""

    place: Path
    laid: Laid = field(init=False)
    pages: Served = field(init=False)
    join_port: int = field(init=False)
    _joining: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        self.pages = Served(self.place / "box")
        home = self.pages.box.home.root
        recipients = (home / "device/recipients.txt").read_text().splitlines()
        self.laid = lay_out(home, order(recipients=recipients), NOW)
        self.pages.web.options += ["--host", self.host]
        self.pages.web.launch()
        self.join_port = free_port(0)
        binds = ["--bind", f"127.0.0.1:{self.pages.web.port}", "--join-bind", f"127.0.0.1:{self.join_port}"]
        places = ["--home", str(home), "--run", str(self.place / "join-run")]
        with (self.place / "join.log").open("wb") as told:
            command = [sys.executable, "-m", "appliance", "join", *places, *binds]
            self._joining = subprocess.Popen(command, stdout=told, stderr=told)
        until("pages", lambda: self._answers(self.phone()))
        until("a page on joining", lambda: self._answers(Phone(self.join_port, host=self.host), "/"))

    @property
    def host(self) -> str:
        return self.laid.hosts[0]

    @property
    def address(self) -> str:
        return f"https://{self.host}:{self.pages.web.port}"

    def phone(self) -> Phone:
        return Phone(self.pages.web.port, host=self.host, trusted=self.laid.home.root / "tls/authority.pem")

    def _answers(self, phone: Phone, path: str = "/unlock") -> bool:
        try:
            return phone.get(path).status == 200
        except ConnectionError:
            return False
        finally:
            phone.hang_up()

    def end(self) -> None:
        if self._joining is not None:
            self._joining.terminate()
            self._joining.wait(20)
        self.pages.end()


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    box = Box(tmp_path_factory.mktemp("provisioned"))
    try:
        box.start()
        yield box
    finally:
        box.end()


def test_python_trusts_the_box_by_its_authority_alone(box: Box) -> None:
    told = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{box.pages.web.port}", "-servername", box.host,
         "-CAfile", str(box.laid.home.root / "tls/authority.pem"), "-verify_hostname", box.host,
         "-verify_return_error"],
        input=b"", capture_output=True, check=False, timeout=30,
    )  # fmt: skip
    assert b"Verify return code: 0 (ok)" in told.stdout
    phone = box.phone()
    assert phone.get("/unlock").status == 200
    phone.hang_up()
    other = box.place / "other.pem"
    other.write_bytes(make_authority("De Brug", DOMAIN, ADDRESS, NOW).certificate)
    with pytest.raises(ssl.SSLCertVerificationError):
        Phone(box.pages.web.port, host=box.host, trusted=other).get("/unlock")


def test_what_is_there_over_tls_is_not_there_over_plain_http(box: Box) -> None:
    plain = Phone(box.join_port, host=box.host)
    for path in ("/unlock", "/api/hello", "/api/status", "/sessions", "/static/unlock.js"):
        assert plain.get(path).status == 404
    assert plain.get("/office.crt").data == authority().certificate
    assert plain.post("/api/pair", pin="2580").status in {404, 405}
    assert plain.cookies == {}
    plain.hang_up()
    with pytest.raises((ConnectionError, OSError)):
        Phone(box.pages.web.port, host=box.host).get("/unlock")
    assert (box.place / "join.log").read_text() == ""


class Impostor:
    """A TLS server for as long as it is wanted, with whatever certificate."""

    def __init__(self, pages: Pages) -> None:
        from http.server import BaseHTTPRequestHandler, HTTPServer

        class Page(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/plain")
                self.end_headers()
                self.wfile.write(b"an impostor's page")

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Page)
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]
        folder, certificate, key = files_of(pages)
        with folder:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.thread = threading.Thread(target=self.server.serve_forever, name="impostor")

    def __enter__(self) -> int:
        self.thread.start()
        return self.server.server_port

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if not Path(EXECUTABLE).exists():
        pytest.skip("NOT CHECKED: chromium is missing (apt-get install chromium)")
    if shutil.which("certutil") is None:
        pytest.skip("NOT CHECKED: certutil is missing (apt-get install libnss3-tools)")
    home = tmp_path_factory.mktemp("browser-home")
    store = home / ".pki/nssdb"
    store.mkdir(parents=True)
    (home / "office.pem").write_bytes(authority().certificate)
    at = ["-d", f"sql:{store}"]
    subprocess.run(["certutil", "-N", *at, "--empty-password"], check=True, capture_output=True)
    added = ["-A", *at, "-n", "office", "-t", "C,,", "-i", str(home / "office.pem")]
    subprocess.run(["certutil", *added], check=True, capture_output=True)
    found = "--host-resolver-rules=MAP * 127.0.0.1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=EXECUTABLE, args=[*ARGUMENTS, found], env={"HOME": str(home), "PATH": "/usr/bin:/bin"}
        )
        yield browser
        browser.close()


@pytest.mark.slow
def test_a_phone_joins_by_the_page_and_pairs_over_tls(box: Box, browser: Browser) -> None:
    """From the page on joining to the box's own, no warning on the way; cookies as only https can set them."""
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        page.goto(f"http://{box.host}:{box.join_port}/")
        page.click("a.primary")
        page.wait_for_url(f"{box.address}/unlock")
        assert page.evaluate("isSecureContext")
        box.pages.answer({"do": "status"})
        box.pages.box.recorder.pen_press()
        page.locator("#pair").wait_for()
        page.fill("#new-pin", "258036")
        page.fill("#pin-again", "258036")
        page.click("#pair button")
        page.wait_for_url(lambda url: "/unlock" not in url)
        found = {cookie["name"]: cookie for cookie in context.cookies()}
        assert {"__Host-box-phone", "__Host-box-signin"} <= found.keys()
        for cookie in found.values():
            assert cookie["name"].startswith("__Host-")
            assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Strict")
            assert (cookie["domain"], cookie["path"]) == (box.host, "/")


@pytest.mark.slow
def test_a_browser_refuses_what_the_authority_may_not_vouch_for(browser: Browser) -> None:
    """The control: a name of the domain, signed in just the same way, is shown."""
    for host, wrong in (("bank.example", True), ("box.fieldreel.internal", False)):
        with Impostor(forged(host)) as port, browser.new_context() as context:
            page = context.new_page()
            if wrong:
                with pytest.raises(Error, match="ERR_CERT_"):
                    page.goto(f"https://{host}:{port}/")
            else:
                page.goto(f"https://{host}:{port}/")
                assert "impostor" in page.content()
    other = issue(authority(), ["other.fieldreel.internal"], NOW)
    named = pytest.raises(Error, match="ERR_CERT_COMMON_NAME_INVALID")
    with Impostor(other) as port, browser.new_context() as context, named:
        context.new_page().goto(f"https://box.fieldreel.internal:{port}/")


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_on_joining_reads_well(box: Box, browser: Browser, checkout: Path, language: str) -> None:
    """In every language on a small phone; what axe finds does not depend on it, but for the direction."""
    place = checkout / "artefacts" / "pages"
    place.mkdir(parents=True, exist_ok=True)
    width, height = SIZES["small"]
    scheme: Literal["light", "dark"] = "dark" if language == "he" else "light"
    with browser.new_context(
        viewport={"width": width, "height": height}, locale=LANGUAGES[language], color_scheme=scheme
    ) as context:
        page = context.new_page()
        page.goto(f"http://{box.host}:{box.join_port}/")
        for opened in page.locator("summary").all():
            opened.click()
        page.screenshot(path=place / f"joining-{language}-small-{scheme}.png", full_page=True)
        assert page.get_attribute("html", "dir") == ("rtl" if language == "he" else "ltr")
        assert (wrong_with(page) if language in ("en", "he") else misplaced_on(page)) == []
