"""Our package on a whole system: installed, started by systemd in its sandboxes, filmed with, upgraded, removed.

In the order in which they stand: the box goes through its life once.
"""

import os
import time
from typing import Final

import pytest

from appliance.captive import ADDRESS
from appliance.clock import SystemClock
from tests.pi.box import CARD, HOME, PYTHON, SERVICES, PiBox

pytestmark = [pytest.mark.lab, pytest.mark.timeout(1800)]

FULL: Final = bool(os.environ.get("FIELDREEL_PI_FULL"))
WATCHDOG_S: Final = 20 if FULL else 8
"""Not shorter: on a machine with much else to do a good recorder's loop may stand for a while, too."""
COMMON: Final = {"read-recipients", "enter-device", "run-a-shell"}
MAY: Final = {
    "recorder": {
        "read-recorder.key",
        "enter-sessions",
        "enter-lanes",
        "enter-families",
        "enter-unlock",
        "write-sessions",
        "write-families",
        "write-lanes/recorder",
        "write-statements/recorder",
        "write-run-recorder",
        "reach-recorder",
        "reach-courier",
        "reach-net",
        "reach-clock",
        "socket-netlink",
    },
    "web": {
        "read-web.key",
        "read-tls-key",
        "read-wifi.json",
        "enter-sessions",
        "enter-lanes",
        "enter-families",
        "enter-unlock",
        "write-families",
        "write-unlock",
        "write-lanes/web",
        "write-statements/web",
        "reach-recorder",
        "reach-courier",
        "reach-net",
        "reach-clock",
    },
    "courier": {
        "read-rclone.conf",
        "enter-sessions",
        "enter-lanes",
        "enter-families",
        "enter-rclone",
        "write-inbox",
        "write-receipts",
        "write-journal",
        "reach-recorder",
        "reach-courier",
        "reach-net",
        "reach-clock",
        "socket-inet",
        "socket-inet6",
        "socket-netlink",
        "talk-to-loopback",
    },
    "net": {"reach-recorder", "reach-courier", "reach-net", "reach-clock", "socket-netlink"},
    "clock": {"reach-recorder", "reach-courier", "reach-net", "reach-clock", "write-clock-word"},
    "join": {"reach-recorder", "reach-courier", "reach-net", "reach-clock"},
    "firewall": {"socket-netlink"},
}
"""What each program's fence leaves open of what is tried (forbidden.py), beside what all may."""
BLIND: Final = {"write-sysctl", "real-time", "make-node", "new-namespace", "see-others"}
"""What a container refuses even to root: these prove little here."""


def test_every_unit_reaches_ready(box: PiBox) -> None:
    for name in SERVICES:
        wanted = "exited" if name in {"firewall", "firstboot"} else "running"
        assert box.run(f"systemctl show --value -p SubState fieldreel-{name}.service") == wanted
    assert box.run("systemctl show --value -p SubState fieldreel-web.socket") == "running"


def test_systemd_itself_has_nothing_to_say(box: PiBox) -> None:
    assert box.run("systemd-analyze --man=no verify /usr/lib/systemd/system/fieldreel-*.*") == ""
    for name, most in {
        "recorder": 10,
        "web": 5,
        "join": 15,
        "courier": 15,
        "net": 15,
        "clock": 15,
        "firstboot": 15,
        "firewall": 15,
    }.items():
        box.run(f"systemd-analyze security --threshold={most} fieldreel-{name}.service")


def test_the_first_start_takes_in_what_was_provisioned(box: PiBox) -> None:
    told = box.run("journalctl --unit fieldreel-firstboot --output cat")
    assert "Taken in: a new box." in told
    assert not [word for word in ("card-failing", "bad-input", "Traceback") if word in told]
    assert box.run(f"ls -d {CARD} 2>/dev/null || true") == "", "no key is left where every machine can read it"
    modes = box.run(f"cd {HOME}; stat -c '%U:%G %a %n' device/*.key device/wifi.json device/rclone.conf tls/box.key")
    assert modes.splitlines() == [
        "root:root 400 device/device.key",
        "fr-rec:root 400 device/recorder.key",
        "fr-web:root 400 device/web.key",
        "root:fr-web 640 device/wifi.json",
        "fr-courier:root 400 device/rclone.conf",
        "fr-web:root 400 tls/box.key",
    ]
    told = box.run("nmcli --terse --fields NAME,TYPE connection show | sort")
    assert {"fieldreel-visit-2.4:802-11-wireless", "fieldreel-visit-5:802-11-wireless"} <= set(told.splitlines())
    assert box.run("stat -c %a /run/NetworkManager/system-connections/fieldreel-visit-*").split() == ["600", "600"]


def test_a_page_is_served_over_https_through_systemd_s_socket(box: PiBox) -> None:
    curl = f"curl -sS --max-time 20 --cacert {HOME}/tls/authority.pem https://{ADDRESS}"
    assert "<html" in box.run(f"{curl}/unlock")
    box.run("systemctl kill --signal=SIGKILL fieldreel-web.service")
    assert "<html" in box.run(f"{curl}/unlock"), "the socket outlives its server: phones only wait"


def test_plain_http_knows_one_page(box: PiBox) -> None:
    assert "/office.crt" in box.run(f"curl -sS --max-time 20 http://{ADDRESS}/")
    for path in ("unlock", "api/status"):
        assert box.run(f"curl -sS -o /dev/null -w '%{{http_code}}' http://{ADDRESS}/{path}") == "404"


def test_a_film_is_made_sealed_and_opened(box: PiBox) -> None:
    assert box.ask("start", user="fr-web")["state"] == "recording"
    session = box.film_until(3_000)
    box.ask("star", user="fr-web")
    box.ask("stop", user="fr-web")
    box.container.until("it is closed", f"test -e {HOME}/sessions/{session}/SHA256SUMS.sig")
    assert box.run(f"stat -c '%U:%G %a' {HOME}/sessions/{session}/log.jsonl") == "fr-rec:fieldreel 640"
    assert "sound" in box.run(f"fieldreel verify {HOME}/sessions/{session}")
    box.run(f"fieldreel open {HOME}/sessions/{session} -i /srv/keys/office.key -o /tmp/film.mp4")
    assert box.run("ffprobe -v error -show_entries stream=codec_name -of csv=p=0 /tmp/film.mp4").split() == [
        "h264",
        "aac",
    ]


def test_the_program_with_the_network_may_ask_for_little(box: PiBox) -> None:
    assert box.ask("status", user="fr-courier")["state"] == "ready"
    for verb in ("start", "preview", "erase", "arm"):
        assert box.ask(verb, user="fr-courier") == {"fault": "forbidden"}
    assert box.ask("status", user="fr-net")["state"] == "ready"
    assert box.ask("show", user="fr-net", what="nothing") == {"fault": "forbidden"}
    assert box.ask("status", user="fr-join") == {"fault": "recorder-gone"}
    for user in ("fr-courier", "fr-net", "fr-rec"):
        assert box.ask("status", "clock/clock.sock", user=user) == {"fault": "recorder-gone"}


def test_a_phone_gives_the_time_to_a_box_that_has_none(box: PiBox) -> None:
    """From the web's own user, through the clock's own fence; on a bench the time itself stays as it is."""
    box.ask("health", "recorder/bench.sock", utc_source="last known")
    box.container.until("the clock says so", "grep -qx 'last known' /run/fieldreel/clock/source")
    told = {
        "utc_ms": SystemClock().utc_ms(),
        "mono_us": SystemClock().monotonic_us(),
        "boot": box.ask("status")["boot"],
    }
    assert box.ask("set", "clock/clock.sock", user="fr-web", **told) == {"source": "phone", "moved_ms": 0}
    deadline = time.monotonic() + 10  # it looks four times a second
    while box.ask("status")["health"]["utc_source"] != "phone":
        assert time.monotonic() < deadline
    assert box.run("cat /run/fieldreel/clock/source; stat -c '%U:%G %a' /run/fieldreel/clock/source").split() == [
        "phone", "fr-clock:fieldreel", "640"]  # fmt: skip


def test_the_network_s_program_may_bring_up_the_own_wifi_and_change_nothing(box: PiBox) -> None:
    """Asked of polkit itself: an access point with a password is "shared", which is a right of its own."""

    def may(unit: str, action: str) -> bool:
        process = f"--process {box.pid(unit)}"
        return box.container.succeeds(f"pkcheck --action-id org.freedesktop.NetworkManager.{action} {process}")

    assert may("net", "network-control")
    assert may("net", "wifi.share.protected")
    for action in ("wifi.share.open", "settings.modify.system", "settings.modify.own", "enable-disable-wifi"):
        assert not may("net", action)
    for unit in ("courier", "web", "join"):
        assert not may(unit, "network-control")
        assert not may(unit, "wifi.share.protected")


def test_the_probe_sees_what_is_open(box: PiBox) -> None:
    """The control: as root, without a fence, all of it can be done."""
    could = set(box.run(f"{PYTHON} /srv/lab/forbidden.py {box.pid('courier')}").split())
    tried = set(box.run(f"{PYTHON} -c 'import sys; sys.argv.append(1); sys.path.insert(0, \"/srv/lab\"); "
                        "import forbidden; print(*forbidden.ACTS)'").split())  # fmt: skip
    assert tried - could <= BLIND
    everything = set().union(*MAY.values(), COMMON)
    assert everything <= tried


@pytest.mark.parametrize("name", MAY)
def test_a_fence_holds(box: PiBox, name: str) -> None:
    """The unit's own file with the probe in place of the program: exactly what it needs is open."""
    victim = box.pid("recorder" if name == "courier" else "courier")
    box.run(
        f"""set -e
        sed -e 's#^ExecStart=.*#ExecStart={PYTHON} /srv/lab/forbidden.py {victim}#' -e '/^ExecStopPost=/d' \\
            -e 's#^Type=.*#Type=oneshot#' -e '/^Restart=/d' -e '/^WatchdogSec=/d' -e '/^Requires=/d' -e '/^After=/d' \\
            -e '/^ConditionCapability=/d' -e '/^AmbientCapabilities=/d' -e '/^Before=/d' \\
            -e 's#^RuntimeDirectory=.*#RuntimeDirectory=fieldreel/probe#' \\
            -e 's#^\\[Service\\]#[Service]\\nStandardOutput=truncate:/tmp/probe-{name}#' \\
            /usr/lib/systemd/system/fieldreel-{name}.service > /run/systemd/system/probe-{name}.service
        systemctl daemon-reload
        systemctl start probe-{name}.service"""
    )
    could = set(box.run(f"cat /tmp/probe-{name}").split())
    common = COMMON - ({"enter-device", "read-recipients"} if name in {"join", "clock", "firewall"} else set())
    assert could == MAY[name] | common


def test_a_recorder_that_stands_still_is_started_anew_and_films_on(box: PiBox) -> None:
    """Stopped in the middle of a film: systemd's watchdog ends it, and the film goes on in a session that says so."""
    if not FULL:
        box.run(
            f"""mkdir -p /run/systemd/system/fieldreel-recorder.service.d
            cd /run/systemd/system/fieldreel-recorder.service.d
            printf '[Service]\\nWatchdogSec={WATCHDOG_S}\\n' > quick.conf
            systemctl daemon-reload; systemctl restart fieldreel-recorder.service"""
        )
        box.until_answers()
    assert box.ask("start")["state"] == "recording"
    before, pid = box.film_until(2_000), box.pid("recorder")
    box.run(f"kill -STOP {pid}")
    box.container.until("another recorder runs", f"p=$(systemctl show --value -p MainPID fieldreel-recorder.service); "
                        f"test $p != 0 -a $p != {pid} -a -S /run/fieldreel/recorder/recorder.sock", 90)  # fmt: skip
    after = box.film_until(1_000)
    assert after != before
    assert box.last_log_line(before)["reason"] == "interrupted"
    assert box.run(f"head -n 1 {HOME}/sessions/{after}/log.jsonl").find(f'"continues":"{before}"') > 0
    assert "watchdog" in box.run("journalctl --unit fieldreel-recorder --output cat").lower()


def test_an_upgrade_leaves_a_running_film_alone(box: PiBox) -> None:
    session, pid = box.film_until(1_000), box.pid("recorder")
    told = box.run("dpkg -i /srv/deb/*.deb", timeout_s=600)
    assert "a recording is running" in told
    assert (box.pid("recorder"), box.ask("status")["film"]["session"]) == (pid, session)
    box.run("systemctl restart fieldreel-web.service")
    assert box.run("grep -c hardware /etc/fieldreel/config.toml") == "1", "the settings that were changed stay"


def test_a_stop_closes_the_film(box: PiBox) -> None:
    session = box.film_until(1_000)
    box.run("systemctl stop fieldreel-recorder.service")
    assert box.run("systemctl show --value -p Result fieldreel-recorder.service") == "success"
    assert box.last_log_line(session)["reason"] == "shutdown"
    assert "sound" in box.run(f"fieldreel verify {HOME}/sessions/{session}")


def test_holding_the_recessed_button_switches_the_box_off(box: PiBox) -> None:
    """For this once another unit stands in for poweroff.target, so that the container lives on."""
    box.run(
        """set -e
        sed 's/^Unit=.*/Unit=instead.service/' /usr/lib/systemd/system/fieldreel-off.path \\
            > /run/systemd/system/fieldreel-off.path
        printf '[Service]\\nType=oneshot\\nExecStart=/usr/bin/touch /tmp/off\\n' > /run/systemd/system/instead.service
        systemctl daemon-reload; systemctl restart fieldreel-off.path; systemctl start fieldreel-recorder.service"""
    )
    box.until_answers()
    assert box.ask("start")["state"] == "recording"
    session = box.film_until(1_000)
    box.ask("finger", "recorder/bench.sock", button="recessed", down=True)
    box.container.until("it is switched off", "test -e /tmp/off")
    assert box.last_log_line(session)["reason"] == "shutdown"
    box.run("systemctl stop fieldreel-off.path")


def test_removing_and_purging_leave_the_footage(box: PiBox) -> None:
    look = f"find {HOME} -type f | sort | xargs sha256sum"
    before = box.run(look)
    assert before.count(".m4s.age") > 3
    box.run("apt-get -qq remove -y fieldreel 2>&1 || dpkg --remove fieldreel")
    assert box.run("systemctl list-units --all --no-legend 'fieldreel-*' | grep -c running || true") == "0"
    assert box.run(look) == before
    told = box.run("dpkg --purge fieldreel")
    assert "are kept" in told
    assert box.run(look) == before
    assert box.run("ls -d /opt/fieldreel /etc/fieldreel/config.toml 2>/dev/null || true") == ""
    if FULL:
        box.install()
        assert box.run(look) == before, "installed again, it takes up what stands there"
