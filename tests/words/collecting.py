"""Every sentence that a person may be shown on a page, collected from templates, scripts and Faults.

Apart from the test that holds the catalogs against it, because the catalogs are brought up to date by it too.
"""

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jinja2.ext import babel_extract

ROOT: Final = Path(__file__).resolve().parents[2]
TEMPLATES: Final = ROOT / "web_ui" / "templates"
STATIC: Final = ROOT / "web_ui" / "static"
TERMINAL: Final = (
    "appliance/assembly.py",
    "appliance/bench.py",
    "appliance/capture/film",
    "appliance/carrying.py",
    "appliance/commands/",
    "appliance/config.py",
    "appliance/courier/targets.py",
    "appliance/office/drop.py",
    "appliance/office/facts.py",
    "appliance/office/far.py",
    "appliance/office/filing.py",
    "appliance/office/ingest.py",
    "appliance/office/intake.py",
    "appliance/office/register.py",
    "appliance/office/sheet.py",
    "appliance/office/tars.py",
    "appliance/practice/tag_sets.py",
    "appliance/provisioning/card.py",
    "appliance/provisioning/chromium.py",
    "appliance/provisioning/papers.py",
    "appliance/provisioning/wording.py",
    "appliance/sealing/authority.py",
    "appliance/sealing/keyfiles.py",
    "appliance/sealing/recipients.py",
    "appliance/store/durable.py",
    "appliance/visit/tags.py",
    "web_ui/desk/building.py",
    "web_ui/desk/serve.py",
    "web_ui/joining.py",
    "web_ui/serve.py",
)
"""What only a terminal shows, which speaks English."""


@dataclass(frozen=True, slots=True)
class Found:
    """`place`: the file, below the root. `sentence` None: one that is put together, so that nobody can look it up."""

    place: str
    line: int
    sentence: str | None


def collected(root: Path = ROOT) -> list[Found]:
    return [
        *from_templates(root / "web_ui" / "templates"),
        *from_scripts(root / "web_ui" / "static"),
        *from_python(root),
    ]


# ---- templates


def from_templates(folder: Path) -> Iterator[Found]:
    for path in sorted([*folder.rglob("*.html"), *folder.rglob("*.svg")]):
        with path.open("rb") as file:
            for line, _, told, _ in babel_extract(file, ["_"], [], {"silent": "false"}):
                sentence = told[0] if isinstance(told, tuple) else told
                yield Found(_below(path, folder), line, sentence)


# ---- scripts: said({ key: "English" })


TABLE: Final = re.compile(r"\bsaid\(\s*(?=\{)")
TOKEN: Final = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:[^\"\\\n]|\\.)*\"|`(?:[^`\\]|\\.)*`|[\w$]+|\S", re.DOTALL)


def from_scripts(folder: Path) -> Iterator[Found]:
    for path in sorted(folder.glob("*.js")):
        script = path.read_text(encoding="utf-8")
        for table in TABLE.finditer(script):
            yield from _table(_below(path, folder), script, table.end())


def _table(place: str, script: str, start: int) -> Iterator[Found]:
    """Up to the brace that closes it; every value must be one string in double quotes."""
    tokens = [each for each in TOKEN.finditer(script, start) if not each[0].startswith(("//", "/*"))]
    for n, token in enumerate(tokens):
        if token[0] == "}":
            return
        if token[0] == ":":
            value, after = tokens[n + 1], tokens[n + 2]
            whole = value[0].startswith('"') and after[0] in (",", "}")
            line = script.count("\n", 0, value.start()) + 1
            yield Found(place, line, json.loads(value[0]) if whole else None)


# ---- Python: the two sentences of a Fault, and what its kind says by itself


def from_python(root: Path) -> Iterator[Found]:
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in _modules(root)}
    kinds = _kinds(list(trees.values()))
    for path, tree in trees.items():
        place = path.relative_to(root).as_posix()
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) in kinds | MARKS:
                for argument in node.args[: 2 if _name(node.func) in kinds else 1]:
                    yield from (Found(place, node.lineno, each) for each in _sentences(argument))
            if (
                isinstance(node, ast.AnnAssign | ast.Assign)
                and node.value is not None
                and _target(node) == "do_default"
            ):
                yield from (Found(place, node.lineno, each) for each in _sentences(node.value))
            if isinstance(node, ast.ClassDef) and (place, node.name) in WORDS:
                for each in node.body:
                    if isinstance(each, ast.Assign):
                        yield from (Found(place, each.lineno, word) for word in _sentences(each.value))


WORDS: Final = {("appliance/visit/states.py", "State"), ("appliance/visit/states.py", "Event")}
"""Enums whose values are filled into a Fault's sentence."""
MARKS: Final = {"too_often", "worded"}
"""Functions whose first argument is a sentence as well."""


def _modules(root: Path) -> list[Path]:
    found = [*(root / "appliance").rglob("*.py"), *(root / "web_ui").rglob("*.py")]
    return sorted(path for path in found if not path.relative_to(root).as_posix().startswith(TERMINAL))


def _kinds(trees: list[ast.Module]) -> set[str]:
    """Every class that is a Fault, however far down."""
    bases = {
        node.name: {_name(base) for base in node.bases}
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    kinds = {"Fault"}
    while more := {name for name, above in bases.items() if above & kinds} - kinds:
        kinds |= more
    return kinds


def _target(node: ast.AnnAssign | ast.Assign) -> str:
    return _name(node.target if isinstance(node, ast.AnnAssign) else node.targets[0])


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _sentences(node: ast.expr) -> Iterator[str | None]:
    match node:
        case ast.Constant(value=str(text)):
            if text:
                yield text
        case ast.IfExp(body=body, orelse=other):
            yield from _sentences(body)
            yield from _sentences(other)
        case ast.JoinedStr() | ast.BinOp():
            yield None


def _below(path: Path, folder: Path) -> str:
    """From the root, which has web_ui, on."""
    return path.relative_to(folder.parents[1]).as_posix()
