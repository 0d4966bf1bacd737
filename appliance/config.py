"""How one appliance is set up: one TOML file, read once, frozen.

Apart so that no station reads a file, an option or the environment for itself.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

from appliance.captive import ADDRESS, Policy
from appliance.capture.camera import Profile
from appliance.errors import BadInput

PATHS: Final = ("home", "run", "recorder_run", "courier_run", "net_run", "clock_run", "tag_sets")
SETTINGS: Final = "settings.toml"
"""In the home: what provisioning chose for this box. It leads over the file that came with the program."""
HOST: Final = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Config:
    """`home`: FORMAT.md section 1. `run`: where our sockets live, on a RAM disk. `hardware`: "pi" or "bench".

    `recorder_run`, `courier_run`, `net_run`, `clock_run`: where those of the others are, if each has its own folder.

    `camera`: "pi"; on a bench "test-card" (the default there), "film:PATH", "webcam[:DEVICE]" or "picamera2", the Pi's
    own with a bench's buttons. `microphone`: an ALSA card id, or None to find one, beside "picamera2" to have beeps.

    Pages: `bind` is ADDRESS:PORT; `hosts` the names by which a browser may ask for them; `site` tells the cookies of
    box and desk apart. `certificate` and `certificate_key` (PEM): without them the pages are served over plain HTTP.
    `authority` (PEM): the office's, which phones are asked to trust. `join_bind`: where the page on joining is served,
    by plain HTTP; `captive`: `appliance.captive.Policy`. `tag_sets`: a folder with those of the agency.
    """

    home: Path = Path("/var/lib/fieldreel")
    run: Path = Path("/run/fieldreel")
    recorder_run: Path | None = None
    courier_run: Path | None = None
    net_run: Path | None = None
    clock_run: Path | None = None
    hardware: str = "pi"
    camera: str = "pi"
    microphone: str | None = None
    width: int = 1920
    height: int = 1080
    fps: int = 30
    bitrate: int = 8_000_000
    bind: str = "127.0.0.1:8047"
    hosts: tuple[str, ...] = ("box.localhost",)
    site: str = "box"
    certificate: str | None = None
    certificate_key: str | None = None
    authority: str | None = None
    join_bind: str = "127.0.0.1:8049"
    captive: str = "honest"
    tag_sets: Path | None = None

    @property
    def profile(self) -> Profile:
        return Profile(self.width, self.height, self.fps, self.bitrate)

    @property
    def page_address(self) -> str:
        """Of the pages, by the first of their names: what a person types."""
        scheme = "http" if self.certificate is None else "https"
        return _address(scheme, self.hosts[0], self.bind)

    @property
    def first_address(self) -> str:
        """Where a new phone begins: where it must learn to trust the office's authority, the page on joining."""
        return self.page_address if self.authority is None else _address("http", ADDRESS, self.join_bind)

    @property
    def intercom(self) -> Path:
        return (self.recorder_run or self.run) / "recorder.sock"

    @property
    def bench(self) -> Path:
        """The bench's fingers and switches; only bench hardware has this socket."""
        return (self.recorder_run or self.run) / "bench.sock"

    @property
    def courier(self) -> Path:
        return (self.courier_run or self.run) / "courier.sock"

    @property
    def net(self) -> Path:
        return (self.net_run or self.run) / "net.sock"

    @property
    def clock(self) -> Path:
        return (self.clock_run or self.run) / "clock.sock"

    @property
    def clock_word(self) -> Path:
        """Where the clock program says where the time is from, in a word."""
        return (self.clock_run or self.run) / "source"

    @property
    def dock(self) -> Path:
        """The bench's network switch; only a courier on bench hardware has this socket."""
        return self.run / "dock.sock"

    @property
    def plug(self) -> Path:
        """The demo's mains plug: whoever started the processes of a demo listens here."""
        return self.run / "plug.sock"

    def with_(self, **changes: Any) -> "Config":
        """A copy with what is given and not None; raises BadInput for what cannot be recorded."""
        config = replace(self, **{name: value for name, value in changes.items() if value is not None})
        config.check()
        return config

    def check(self) -> None:
        if self.hardware not in {"pi", "bench"}:
            raise BadInput(f"hardware is pi or bench, not {self.hardware!r}.")
        if not (160 <= self.width <= 4096 and 90 <= self.height <= 2304 and self.width % 2 == self.height % 2 == 0):
            raise BadInput(f"{self.width}x{self.height} cannot be recorded: both must be even, up to 4096x2304.")
        if not (1 <= self.fps <= 60 and 100_000 <= self.bitrate <= 50_000_000):
            raise BadInput("fps is 1 to 60 and bitrate 100000 to 50000000 bits per second.")
        for bind in (self.bind, self.join_bind):
            if not re.fullmatch(r"[^\s/]+:[0-9]{1,5}", bind):
                raise BadInput(f"The pages are bound to ADDRESS:PORT, not {bind!r}.")
        if self.captive not in set(Policy):
            raise BadInput(f"captive is one of {', '.join(Policy)}, not {self.captive!r}.")
        if not self.hosts or not all(HOST.fullmatch(host) for host in self.hosts):
            raise BadInput("hosts are names or addresses in lower case, without a port.")
        if not re.fullmatch(r"[a-z]{1,16}", self.site) or (self.certificate is None) != (self.certificate_key is None):
            raise BadInput("site is a word in lower case, and a certificate comes with its key.")


def read_config(path: Path, base: Config | None = None) -> Config:
    """The file's settings over those of `base`, or the defaults; raises BadInput naming what is wrong in it."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as failure:
        raise BadInput(f"{path.name} cannot be read ({failure.strerror}).") from None
    except ValueError as failure:
        raise BadInput(f"{path.name} is not TOML: {failure}.") from None
    config = replace(base or Config(), **_typed(found, path.name))
    config.check()
    return config


def read_box_config(path: Path | None, home: Path | None = None) -> Config:
    """A box's: the defaults, over them `path`, over them `home`, over all of it what the home's own settings say.

    What these name without a leading slash lies in the home. Raises BadInput.
    """
    base = (read_config(path) if path else Config()).with_(home=home)
    own = base.home / SETTINGS
    try:
        return _placed(read_config(own, base)) if own.exists() else base
    except PermissionError:
        raise BadInput(f"{SETTINGS} cannot be looked for in the home.", "Let this program read its home.") from None


def _placed(config: Config) -> Config:
    """A home is whole wherever it lies: the files that it names come along."""
    texts = {name: getattr(config, name) for name in ("certificate", "certificate_key", "authority")}
    inside = {name: str(config.home / text) for name, text in texts.items() if text is not None}
    return config.with_(tag_sets=config.home / config.tag_sets if config.tag_sets else None, **inside)


def _address(scheme: str, host: str, bind: str) -> str:
    port = bind.rpartition(":")[2]
    usual = {"http": "80", "https": "443"}[scheme]
    return f"{scheme}://{host}{'' if port == usual else f':{port}'}/"


def _typed(found: Mapping[str, Any], name: str) -> dict[str, Any]:
    kinds: dict[str, type] = {**dict.fromkeys(("width", "height", "fps", "bitrate"), int), "hosts": list}
    known = {field.name for field in fields(Config)}
    for key, value in found.items():
        if key not in known or not isinstance(value, kinds.get(key, str)):
            raise BadInput(f"{name}: {key} = {value!r} is not a setting of the appliance.")
    if not all(isinstance(host, str) for host in found.get("hosts", [])):
        raise BadInput(f"{name}: hosts is a list of names.")
    makers: dict[str, type] = {**dict.fromkeys(PATHS, Path), "hosts": tuple}
    return {key: makers[key](value) if key in makers else value for key, value in found.items()}
