"""Who may import whom, and what each station may never touch: ARCHITECTURE as a test.

Every rule is also shown a small bad example, so that a rule that has gone blind fails here.
"""

import ast
import re
from collections.abc import Callable

import pytest

from tests.modules import Project, called, make_project, ours, read_project, within

Rule = Callable[[Project], list[str]]
"""The findings, one sentence each; none in a project that keeps the rule."""

# ---- the rules


def no_cycles(project: Project) -> list[str]:
    found = []
    state: dict[str, str] = {}

    def walk(name: str, trail: list[str]) -> None:
        state[name] = "open"
        for target in sorted(set(ours(project, project[name]))):
            if state.get(target) == "open":
                found.append(" -> ".join([*trail[trail.index(target) :], target]))
            elif target not in state:
                walk(target, [*trail, target])
        state[name] = "done"

    for name in project:
        if name not in state:
            walk(name, [name])
    return found


MAY_SEE = {
    "appliance.errors": (),
    "appliance.clock": ("appliance.errors",),
    "appliance.languages": ("appliance.errors",),
    "appliance.worker": ("appliance.errors",),
    "appliance.capture.packet": (),
    "appliance.panel.panel": (),
    "appliance.visit": ("appliance.errors", "appliance.panel.panel"),
    "appliance.segment": ("appliance.errors", "appliance.capture.packet"),
    "appliance.sealing.sealed": (),
    "appliance.sealing": ("appliance.errors",),
    "appliance.store": ("appliance.errors", "appliance.clock", "appliance.sealing.sealed"),
    "appliance.said": ("appliance.errors", "appliance.clock", "appliance.sealing", "appliance.store"),
    "appliance.office": (
        "appliance.errors",
        "appliance.clock",
        "appliance.sealing",
        "appliance.store",
        "appliance.said",
    ),
    "appliance.board": (),
    "appliance.courier": (
        "appliance.errors",
        "appliance.clock",
        "appliance.worker",
        "appliance.intercom",
        "appliance.board",
        "appliance.said",
        "appliance.store",
    ),
}
"""What of ours each low layer may import, itself apart; the longest place that fits a module counts."""


def layers(project: Project) -> list[str]:
    found = []
    for module in project.values():
        place = max((p for p in MAY_SEE if module.within(p)), key=len, default=None)
        if place is not None:
            found += [
                f"{module.name} imports {target}; {place} may see {MAY_SEE[place] or 'nothing of ours'}"
                for target in module.imports
                if within(target, "appliance", "web_ui") and not within(target, place, *MAY_SEE[place])
            ]
    return found


MADE_FOR = {
    "cryptography": ("appliance.sealing",),
    "av": ("appliance.capture", "appliance.export", "appliance.playback"),
    "cv2": ("appliance.capture", "appliance.export", "appliance.playback"),
    "numpy": ("appliance.capture", "appliance.export", "appliance.playback"),
    "picamera2": ("appliance.capture.pi_camera",),
    "libcamera": ("appliance.capture.pi_camera",),
    "gpiozero": ("appliance.panel.gpio_panel",),
    "lgpio": ("appliance.panel.gpio_panel",),
    "smbus2": ("appliance.health.pi_sugar",),
    "babel": ("appliance.languages",),
    "flask": ("web_ui",),
    "gunicorn": ("web_ui",),
    "web_ui": ("web_ui",),
}
"""Each library (and the web pages): the only places that may import it."""


def libraries_in_place(project: Project) -> list[str]:
    return [
        f"{module.name} imports {target}; only {' and '.join(MADE_FOR[library])} may"
        for module in project.values()
        for target in module.imports
        if (library := target.partition(".")[0]) in MADE_FOR and not module.within(*MADE_FOR[library])
    ]


REAL_ADAPTERS = (
    "appliance.capture.pi_camera",
    "appliance.capture.webcam",
    "appliance.capture.microphone",
    "appliance.panel.gpio_panel",
    "appliance.panel.clicker",
    "appliance.health.pi_health",
    "appliance.health.pi_sugar",
    "appliance.courier.folder",
    "appliance.courier.rclone",
    "appliance.courier.box_way",
    "appliance.network.nmcli_radio",
    "appliance.timekeeping.system_dial",
)
COMPOSERS = ("appliance.assembly", "appliance.carrying", "appliance.networking", "appliance.timing")


def adapters_by_assembly_only(project: Project) -> list[str]:
    return [
        f"{module.name} imports {target}; only the composers name concrete hardware and movers"
        for module in project.values()
        for target in module.imports
        if within(target, *REAL_ADAPTERS) and not module.within(*COMPOSERS, *REAL_ADAPTERS)
    ]


def recorder_by_assembly_only(project: Project) -> list[str]:
    return [
        f"{module.name} imports {target}; only assembly joins the recorder"
        for module in project.values()
        for target in module.imports
        if within(target, "appliance.recorder") and not module.within("appliance.assembly", "appliance.recorder")
    ]


def sealed_made_by_sealing_only(project: Project) -> list[str]:
    """`Sealed(...)` in sealing alone; `Sealed.found(...)` where bytes come off a disk."""
    found = []
    for module in project.values():
        names = {"Sealed"} | {
            alias.asname
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
            if alias.name == "Sealed" and alias.asname
        }
        for call in (node for node in ast.walk(module.tree) if isinstance(node, ast.Call)):
            if called(call) in names and not module.within("appliance.sealing"):
                found.append(f"{module.name}:{call.lineno} makes a Sealed; only sealing may")
            of = call.func.value if isinstance(call.func, ast.Attribute) else None
            is_found = called(call) == "found" and of is not None and ast.unparse(of).rpartition(".")[2] in names
            if is_found and not module.within(
                "appliance.sealing", "appliance.store", "appliance.courier", "appliance.playback"
            ):
                found.append(f"{module.name}:{call.lineno} takes a Sealed off a disk; store, courier and playback do")
    return found


PURE = ("appliance.visit", "appliance.segment")
WORLDLY = re.compile(
    r"(asyncio|datetime\.datetime|http|io|logging|multiprocessing|os|pathlib|random|secrets|select|selectors|shutil|"
    r"signal|socket|sqlite3|subprocess|sys|tempfile|threading|time|urllib)(\..*)?"
)


def purity(project: Project) -> list[str]:
    """No clock, no disk, no network, no thread, no chance in the pure stations."""
    found = []
    for module in (m for m in project.values() if m.within(*PURE)):
        found += [f"{module.name} imports {t}; it is pure" for t in module.imports if WORLDLY.fullmatch(t)]
        found += [
            f"{module.name}:{node.lineno} calls {called(node)}(); it is pure"
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"open", "print"}
        ]
    return found


THREAD_MAKERS = re.compile(
    r"Thread|Timer|ThreadPool|(Thread|Process)PoolExecutor|Threading(MixIn|(HTTP|TCP|UDP|UnixStream)Server)|"
    r"start_new_thread|to_thread"
)


def threads_from_worker_only(project: Project) -> list[str]:
    found = []
    for module in (m for m in project.values() if not m.within("appliance.worker")):
        used = {t.rpartition(".")[2]: 0 for t in module.imports}
        used |= {node.attr: node.lineno for node in ast.walk(module.tree) if isinstance(node, ast.Attribute)}
        found += [
            f"{module.name}:{used[name]} uses {name}; threads come from appliance.worker"
            for name in sorted(filter(THREAD_MAKERS.fullmatch, used))
        ]
    return found


LONGEST = 350


def short_modules(project: Project) -> list[str]:
    sizes = {module.name: len(module.source.splitlines()) for module in project.values()}
    return [f"{name} has {size} lines; cut it at a noun" for name, size in sizes.items() if size > LONGEST]


EMPTY_WORDS = re.compile(r"(manager|helper|util|utility|utilitie|handler|data|service|client)s?")


def telling_names(project: Project) -> list[str]:
    """No module or class named by a word that says nothing."""
    found = []
    for module in project.values():
        classes = [node.name for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)]
        for name in [*module.name.split("."), *classes]:
            words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
            found += [
                f"{module.name}: the word {word!r} in {name} says nothing"
                for word in words
                if EMPTY_WORDS.fullmatch(word.lower())
            ]
    return found


# ---- each rule against the project, a bad example, and one like it that is good

IMPORT_SEALED = "from appliance.sealing.sealed import Sealed"
EXAMPLES: list[tuple[Rule, dict[str, str], dict[str, str]]] = [
    (
        no_cycles,
        {"appliance.a": "from appliance import b", "appliance.b": "def f():\n    import appliance.a"},
        {"appliance.a": "from appliance import b", "appliance.b": "", "appliance.c": "import appliance.a, appliance.b"},
    ),
    (
        no_cycles,
        {"appliance.a": "from .b import x", "appliance.b": "from .a import y"},
        {"appliance.a": "from . import b"},
    ),
    (
        no_cycles,
        {"appliance.a": "from .b import x", "appliance.a.b": "from . import x"},
        {"appliance.a": "from .b import x", "appliance.a.b": "from .. import x", "appliance": ""},
    ),
    (layers, {"appliance.errors": "import appliance.clock"}, {"appliance.errors": "import time"}),
    (layers, {"appliance.clock": "from appliance import worker"}, {"appliance.clock": "import appliance.errors"}),
    (
        layers,
        {"appliance.segment.fmp4": "from appliance.capture.camera import Profile"},
        {"appliance.segment.fmp4": "from appliance.capture.packet import Packet\nfrom appliance.segment import x"},
    ),
    (
        layers,
        {"appliance.store.lanes": "def f():\n    from appliance.sealing.age import seal"},
        {"appliance.store.lanes": IMPORT_SEALED + "\nfrom appliance.store.layout import Home"},
    ),
    (
        layers,
        {"appliance.said.fates": "from appliance.office import ingest"},
        {"appliance.office.ingest": "from appliance.said import fates\nfrom appliance.store.archive import Store"},
    ),
    (
        layers,
        {"appliance.courier.carrier": "from appliance.sealing.age import unseal"},
        {"appliance.courier.carrier": "from appliance.said.trusted import read_office"},
    ),
    (
        layers,
        {"appliance.courier.pickup": "from appliance.playback import keeper"},
        {"appliance.courier.pickup": "from appliance.intercom import Line"},
    ),
    (layers, {"appliance.sealing.sealed": "import appliance.sealing.age"}, {"appliance.sealing.age": IMPORT_SEALED}),
    (
        layers,
        {"appliance.visit.states": "import appliance.worker"},
        {"appliance.visit.states": "import appliance.visit.lamp"},
    ),
    (
        libraries_in_place,
        {"appliance.store.sessions": "from cryptography.exceptions import InvalidSignature"},
        {"appliance.sealing.signing": "from cryptography.exceptions import InvalidSignature"},
    ),
    (libraries_in_place, {"appliance.recorder.attendant": "import cv2"}, {"appliance.capture.framing": "import cv2"}),
    (
        libraries_in_place,
        {"appliance.assembly": "import picamera2"},
        {"appliance.capture.pi_camera": "import picamera2"},
    ),
    (libraries_in_place, {"appliance.commands.web": "import flask"}, {"web_ui.pages": "import flask"}),
    (libraries_in_place, {"appliance.commands.web": "from web_ui import app"}, {"web_ui": "from web_ui import app"}),
    (
        libraries_in_place,
        {"appliance.commands.web": "import importlib\nimportlib.import_module('web_ui.app')"},
        {"appliance.commands.web": "import importlib\nimportlib.import_module('appliance.commands.bench')"},
    ),
    (
        adapters_by_assembly_only,
        {"appliance.recorder.pipeline": "from appliance.capture.pi_camera import PiCamera"},
        {"appliance.assembly": "from appliance.capture.pi_camera import PiCamera"},
    ),
    (
        adapters_by_assembly_only,
        {"appliance.commands.demo": "from appliance.panel import gpio_panel"},
        {"appliance.commands.demo": "from appliance.panel import panel"},
    ),
    (
        adapters_by_assembly_only,
        {"appliance.courier.carrier": "from appliance.courier.rclone import RcloneMover"},
        {
            "appliance.carrying": "from appliance.courier.rclone import RcloneMover",
            "appliance.courier.rclone": "from appliance.courier import rclone_program",
        },
    ),
    (
        recorder_by_assembly_only,
        {"appliance.commands.demo": "from appliance.recorder import attendant"},
        {"appliance.assembly": "from appliance.recorder import attendant"},
    ),
    (
        sealed_made_by_sealing_only,
        {"appliance.store.lanes": IMPORT_SEALED + "\nSealed(b'')"},
        {"appliance.store.lanes": IMPORT_SEALED + "\nSealed.found(b'')", "appliance.sealing.age": "Sealed(b'')"},
    ),
    (
        sealed_made_by_sealing_only,
        {"appliance.recorder.pipeline": IMPORT_SEALED + " as S\nS(b'')"},
        {"appliance.recorder.pipeline": "def f(path: str) -> None:\n    path.found(b'')"},
    ),
    (
        sealed_made_by_sealing_only,
        {"appliance.recorder.pipeline": "from appliance.sealing import sealed\nsealed.Sealed.found(b'')"},
        {"appliance.playback.reader": "from appliance.sealing import sealed\nsealed.Sealed.found(b'')"},
    ),
    (purity, {"appliance.visit.lamp": "from time import monotonic"}, {"appliance.capture.film": "import time"}),
    (
        purity,
        {"appliance.segment.fmp4": "open('x')"},
        {"appliance.segment.fmp4": "def reopen() -> None: ...\nreopen()"},
    ),
    (
        threads_from_worker_only,
        {"appliance.recorder.pipeline": "import threading\nthreading.Thread(target=print).start()"},
        {"appliance.recorder.pipeline": "import threading\nthreading.Event()"},
    ),
    (
        threads_from_worker_only,
        {"web_ui.app": "from concurrent.futures import ThreadPoolExecutor as Pool"},
        {"appliance.worker": "from threading import Thread"},
    ),
    (short_modules, {"appliance.a": "x = 1\n" * 351}, {"appliance.a": "x = 1\n" * 350}),
    (telling_names, {"appliance.camera_manager": ""}, {"appliance.camera": ""}),
    (telling_names, {"appliance.a": "class IntercomClient: ..."}, {"appliance.a": "class Database: ..."}),
]
RULES = list(dict.fromkeys(rule for rule, _, _ in EXAMPLES))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_project_keeps(rule: Rule) -> None:
    assert rule(read_project()) == []


@pytest.mark.parametrize(("rule", "bad", "good"), EXAMPLES)
def test_a_rule_tells_bad_from_good(rule: Rule, bad: dict[str, str], good: dict[str, str]) -> None:
    assert len(rule(make_project(bad))) == 1
    assert rule(make_project(good)) == []


def test_the_project_is_what_is_read() -> None:
    project = read_project()
    assert {"appliance", "appliance.errors", "appliance.sealing.sealed"} <= project.keys()
    assert "appliance.capture.packet" in set(ours(project, project["appliance.capture.camera"]))
