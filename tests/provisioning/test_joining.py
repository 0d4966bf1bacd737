"""Plain HTTP tells how to join and answers probes by the policy, and nothing else, whoever asks for what."""

import dataclasses
import html
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from appliance.captive import PROBES, Policy
from appliance.config import Config, read_box_config
from appliance.errors import BadInput
from appliance.provisioning.card import lay_out
from appliance.provisioning.wording import LANGUAGES, read_words
from tests.provisioning.made import NOW, authority, order
from tests.web.routes import EXAMPLES
from web_ui.guard import CSP
from web_ui.joining import create_joining

OWN = {"/": "text/html", "/office.crt": "application/x-x509-ca-cert", "/static/app.css": "text/css"}
OWN |= {"/static/join.css": "text/css"}


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    home = tmp_path_factory.mktemp("home")
    lay_out(home, order(), NOW)
    return read_box_config(None, home)


def browser(config: Config, policy: Policy = Policy.HONEST) -> FlaskClient:
    return create_joining(dataclasses.replace(config, captive=policy.value)).test_client()


def asked(browser: FlaskClient, host: str, path: str, method: str = "GET", **headers: str) -> TestResponse:
    return browser.open(path, method=method, base_url=f"http://{host}", headers=headers)


@pytest.mark.parametrize("policy", Policy)
def test_only_what_is_written_here_is_answered(config: Config, policy: Policy) -> None:
    """Every address that the pages have is asked for; what is there on plain HTTP sets no cookie and dresses well."""
    line = browser(config, policy)
    paths = {example.path.format(session="5" * 32, phone="6" * 32) for example in EXAMPLES}
    for path in sorted({*paths, *OWN, "/captive", "/static/unlock.js", "/static/../app.py", "/x"}):
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
            told = asked(line, config.hosts[0], path, method)
            open_here = path in OWN or (path == "/captive" and policy is Policy.PORTAL)
            wanted = {200} if open_here and method in ("GET", "HEAD") else {404, 405}
            assert told.status_code in wanted, (path, method)
            assert "Set-Cookie" not in told.headers
            assert told.headers["Content-Security-Policy"] == CSP
            assert told.headers["Cache-Control"] == "no-store"
            assert "Access-Control-Allow-Origin" not in told.headers
            assert "Location" not in told.headers


def test_each_is_what_it_says(config: Config) -> None:
    line = browser(config)
    for path, kind in OWN.items():
        assert asked(line, "10.77.0.1", path).content_type.startswith(kind)
    assert asked(line, config.hosts[0], "/office.crt").data == authority().certificate
    front = asked(line, config.hosts[0], "/").text
    assert f'href="https://{config.hosts[0]}/"' in front
    assert "PRIVATE" not in front
    assert (Path(config.certificate_key or "").read_text()) not in front


def test_a_cookie_that_comes_by_mistake_is_of_no_use(config: Config) -> None:
    told = asked(browser(config), config.hosts[0], "/", Cookie="__Host-box-phone=abc; __Host-box-signin=def")
    assert told.status_code == 200
    assert "abc" not in told.text


@pytest.mark.parametrize("policy", Policy)
def test_probes_are_answered_by_the_policy(config: Config, policy: Policy) -> None:
    line = browser(config, policy)
    for probe in PROBES:
        told = asked(line, probe.host, probe.path)
        if policy is Policy.HONEST:
            assert (told.status_code, told.data) == (421, b"")
        elif policy is Policy.ONLINE:
            assert (told.status_code, told.text) == (probe.status, probe.body)
            assert told.content_type.partition(";")[0] == probe.content_type
            assert all(told.headers[name] == value for name, value in probe.headers.items())
        else:
            assert (told.status_code, told.headers["Location"]) == (302, "http://10.77.0.1/")
        assert asked(line, probe.host, "/unlock").status_code == {"honest": 421, "online": 404, "portal": 302}[policy]
        assert asked(line, probe.host, probe.path, "POST").status_code in {404, 421}
        assert "Set-Cookie" not in told.headers


@pytest.mark.parametrize("host", ["evil.example", "box.localhost", "10.77.0.2", "x.fieldreel.internal", "localhost"])
@pytest.mark.parametrize("policy", Policy)
def test_other_hosts_are_nobody(config: Config, policy: Policy, host: str) -> None:
    for path in (*OWN, "/captive", "/generate_204"):
        assert asked(browser(config, policy), host, path).status_code == 421


def test_a_guest_s_phone_is_told_where_to_look(config: Config) -> None:
    told = asked(browser(config, Policy.PORTAL), "10.77.0.1", "/captive")
    assert told.content_type == "application/captive+json"
    assert told.json == {"captive": True, "user-portal-url": "http://10.77.0.1/"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_phone_s_language(config: Config, language: str) -> None:
    wanted = {"en": "en-GB,en;q=0.9", "nl": "nl-BE,nl;q=0.9,en;q=0.3", "es": "es-MX", "he": "he-IL,he;q=0.9"}[language]
    words = read_words(language)
    for path, status, text in (("/", 200, words["join"]["open"]), ("/nothing", 404, words["join"]["not_here"])):
        told = asked(browser(config), config.hosts[0], path, **{"Accept-Language": wanted})
        assert told.status_code == status
        assert f'<html lang="{language}" dir="{words["direction"]}">' in told.text
        assert text in html.unescape(told.text)
        assert not re.search(r"\{\w+\}", told.text)
    assert '<html lang="en"' in asked(browser(config), config.hosts[0], "/", **{"Accept-Language": "fi"}).text


def test_without_an_authority_of_the_office_there_is_nothing_to_trust(config: Config) -> None:
    line = browser(dataclasses.replace(config, authority=None))
    assert asked(line, config.hosts[0], "/office.crt").status_code == 404
    assert "/office.crt" not in asked(line, config.hosts[0], "/").text
    with pytest.raises(BadInput):
        browser(dataclasses.replace(config, authority="/nowhere/authority.pem"))


def test_the_page_names_the_port_only_where_it_is_another(config: Config) -> None:
    told = asked(browser(dataclasses.replace(config, bind="127.0.0.1:8443")), config.hosts[0], "/").text
    assert f'href="https://{config.hosts[0]}:8443/"' in told
