"""What the checkout itself promises: it says no word about the machine it was made on, and what it names exists."""

import glob
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.__main__ import ELSEWHERE, HERE, lanes
from tests.modules import ROOT

INDEX_HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("deb", "debian", "org"),
    )
]
INDEX_OPTIONS = re.compile(r"--(extra-)?index-url[ =]|--find-links[ =]|file:/{1,3}\w|\"resolved\": *\"http")
HOME_FOLDERS = re.compile(r"(?<![\w.<~}])/(root|home/(?!pi\b)\w+|Users/\w+)/")
LICENCE_WORDS = re.compile(r"licen[cs]e|public domain", re.IGNORECASE)
CODE_IN_TESTS = {".py", ".pyi", ".mjs", ".js", ".ts", ".sh", ".md", ".npmrc"}
SETTINGS_IN_TESTS = {"package.json", "package-lock.json", "tsconfig.json"}
TOP_LEVEL = {".ci", "appliance", "provisioning", "systemd", "tests", "web_ui"}
MAKE_WORDS = re.compile(r"`make ([a-z][a-z-]*)|^\s*(?:\$ )?make ([a-z][a-z-]*)", re.MULTILINE)


def git(*arguments: str) -> list[str]:
    run = subprocess.run(["git", "-C", str(ROOT), *arguments], check=True, capture_output=True, text=True)
    return [line for line in run.stdout.split("\0") if line]


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    return [path for name in git("ls-files", "-z") if (path := ROOT / name).is_file()]


@pytest.fixture(scope="module")
def texts(tracked: list[Path]) -> dict[str, str]:
    """Every tracked file that is text, by its name."""
    whole = {str(path.relative_to(ROOT)): path.read_bytes() for path in tracked}
    return {name: data.decode("utf-8") for name, data in whole.items() if b"\0" not in data and is_utf8(data)}


def is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def machine_words() -> list[str]:
    """Folders of this very machine that a careless path would begin with."""
    here = [ROOT, Path(sys.base_prefix), Path.home()]
    return [f"{path}/" for path in here if len(path.parts) > 2 and path.parts[1] not in {"usr", "tmp"}]


def findings(text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        told = [word for word in (*INDEX_HOSTS, *machine_words()) if word in line]
        told += [match.group() for pattern in (INDEX_OPTIONS, HOME_FOLDERS) if (match := pattern.search(line))]
        if told:
            yield f"{number}: {', '.join(told)}"


def make_targets(makefile: str) -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))


def named_targets(document: str) -> set[str]:
    """What a document calls `make X`, in code spans and in indented or fenced lines."""
    return {a or b for a, b in MAKE_WORDS.findall(document)}


def test_no_index_host_and_no_path_of_a_machine_is_tracked(texts: dict[str, str]) -> None:
    this = str(Path(__file__).resolve().relative_to(ROOT))
    told = {name: list(findings(text)) for name, text in texts.items() if name != this}
    assert {name: lines for name, lines in told.items() if lines} == {}


@pytest.mark.parametrize(
    "line",
    [
        f"#    --index-url https://{INDEX_HOSTS[0]}/simple",
        "pip install --find-links wheels",
        "-e file:///opt/fieldreel",
        '"resolved": "http://localhost:4873/age"',
        f"{[*machine_words(), '/Users/ann/'][0]}fieldreel",
        "see /home/ann/fieldreel",
    ],
)
def test_a_careless_line_is_found(line: str) -> None:
    assert list(findings(line))


def test_a_careful_line_is_not_found() -> None:
    assert list(findings("install to /opt/fieldreel; the index of a reel; ~/fieldreel; $HOME/fieldreel")) == []


def test_the_locks_pin_every_package_by_hash() -> None:
    for lock in ("run", "dev"):
        text = (ROOT / f"provisioning/locks/{lock}.txt").read_text(encoding="utf-8")
        packages = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE | re.IGNORECASE)[1:]
        assert len(packages) > 10
        assert [p.splitlines()[0] for p in packages if "==" not in p or "--hash=sha256:" not in p] == []


def test_the_dev_lock_holds_what_the_run_lock_holds() -> None:
    pins = [
        set(re.findall(r"^[a-z0-9-]+==[^ ]+", (ROOT / f"provisioning/locks/{lock}.txt").read_text(), re.MULTILINE))
        for lock in ("run", "dev")
    ]
    assert pins[0] <= pins[1]


def test_readme_names_the_two_commands() -> None:
    assert {"demo", "test"} <= named_targets((ROOT / "README.md").read_text(encoding="utf-8"))


def test_every_make_target_in_a_document_exists(texts: dict[str, str]) -> None:
    targets = make_targets(texts["Makefile"])
    documents = {name: named_targets(text) for name, text in texts.items() if name.endswith(".md")}
    assert {name: words - targets for name, words in documents.items() if words - targets} == {}


def test_a_missing_target_would_be_found() -> None:
    assert named_targets("Run `make tea`, or:\n\n    make coffee ARGS=black\nand make sure") == {"tea", "coffee"}
    assert make_targets("tea: water ## hot\nPYTHON := x\n\tmake coffee: y") == {"tea"}


def test_ci_runs_make_test(texts: dict[str, str]) -> None:
    commands = [line for line in texts[".ci/run"].splitlines() if not line.startswith(("#", "echo", "set", "cd"))]
    assert commands == ["exec make test"]
    assert (ROOT / ".ci/run").stat().st_mode & 0o111


def test_all_that_the_programs_read_is_packaged(tracked: list[Path]) -> None:
    """A checkout has every file; an installed package has those that pyproject.toml names."""
    named = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-data"]
    patterns = [str(ROOT / package / each) for package, globs in named.items() for each in globs]
    packaged = {Path(path) for pattern in patterns for path in glob.glob(pattern, recursive=True)}  # as setuptools does
    inside = [p for p in tracked if p.relative_to(ROOT).parts[0] in {"appliance", "web_ui"} and p.suffix != ".py"]
    assert len(inside) > 50
    assert [str(path.relative_to(ROOT)) for path in inside if path not in packaged] == []


def licence_note(folder: Path) -> bool:
    """Whether the folder, or one above it inside tests/, has a file that says under what licence its files are."""
    while folder != ROOT / "tests":
        notes = [p for p in folder.iterdir() if p.stem.upper() in {"README", "LICENSE", "LICENCE", "COPYING", "NOTICE"}]
        if any(LICENCE_WORDS.search(note.read_text(encoding="utf-8")) for note in notes):
            return True
        folder = folder.parent
    return False


def test_every_folder_of_test_vectors_says_its_licence(tracked: list[Path]) -> None:
    inside = [path for path in tracked if path.is_relative_to(ROOT / "tests") and path.stem.upper() != "LICENSE"]
    folders = {path.parent for path in inside if not {path.suffix, path.name} & (CODE_IN_TESTS | SETTINGS_IN_TESTS)}
    assert sorted(str(folder.relative_to(ROOT)) for folder in folders if not licence_note(folder)) == []


def test_the_top_level_has_the_agreed_folders_only(tracked: list[Path]) -> None:
    assert {path.relative_to(ROOT).parts[0] for path in tracked if path.parent != ROOT} <= TOP_LEVEL


def test_the_licence_is_apache_2(texts: dict[str, str]) -> None:
    assert "Apache License" in texts["LICENSE"]
    assert "END OF TERMS AND CONDITIONS" in texts["LICENSE"]


def test_every_test_is_run_by_make_test_or_has_a_target_of_its_own() -> None:
    """The lanes are lists; a new folder or module must not be left out of them, nor be run twice."""
    taken = [path for lane in lanes() for path in lane.paths]
    elsewhere = {*modules(HERE / "pi"), *modules(HERE / ELSEWHERE)} - {HERE / ELSEWHERE / "test_slow.py"}
    assert sorted(taken) == sorted(modules(HERE) - elsewhere)


def modules(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("test_*.py") if "node_modules" not in path.parts}
