"""Every sentence that a person may be shown on a page, collected from templates, scripts and Faults.

Apart from the test that holds the catalogs against it, because the catalogs are brought up to date by it too.
"""

import ast
import json
import re
from collections.abc import Collection, Iterator, Mapping
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
    "appliance/boot/",
    "appliance/capture/film",
    "appliance/carrying.py",
    "appliance/commands/",
    "appliance/config.py",
    "appliance/courier/targets.py",
    "appliance/network/",
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
    constants = {name: value for tree in trees.values() for name, value in _assigned(tree) if name.isupper()}
    for path, tree in trees.items():
        place = path.relative_to(root).as_posix()
        named = {**constants, **dict(_assigned(tree))}
        given = {each.arg for node in ast.walk(tree) if isinstance(node, ast.arguments) for each in _arguments(node)}
        for node in ast.walk(tree):
            for argument in _told(node, kinds, place):
                for sentence in _sentences(argument, named, given):
                    yield Found(place, argument.lineno, sentence)


def _told(node: ast.AST, kinds: set[str], place: str) -> list[ast.expr]:
    """What in this node is a sentence: of a Fault both, of its kind what to do by itself, of a mark the one marked."""
    match node:
        case ast.Call(func=func) if _name(func) in kinds:
            return node.args[:2]
        case ast.Call(func=func) if _name(func) in MARKS:
            return node.args[:1]
        case ast.ClassDef(name=name) if (place, name) in WORDS:
            return [value for _, value in _assigned(node)]
        case ast.ClassDef(name=name) if name in kinds:
            return [value for target, value in _assigned(node) if target == "do_default"]
    return []


def _assigned(tree: ast.AST) -> list[tuple[str, ast.expr]]:
    """Every name in it with what it is set to."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            found += [(_name(target), node.value) for target in node.targets]
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            found.append((_name(node.target), node.value))
    return found


def _arguments(node: ast.arguments) -> list[ast.arg]:
    return [*node.posonlyargs, *node.args, *node.kwonlyargs]


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


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _sentences(node: ast.expr, named: Mapping[str, ast.expr], given: Collection[str]) -> Iterator[str | None]:
    """`named`: what names are set to. One that is `given` to a function is told where the function is called."""
    match node:
        case ast.Constant(value=str(text)):
            if text:
                yield text
        case ast.IfExp(body=body, orelse=other):
            yield from _sentences(body, named, given)
            yield from _sentences(other, named, given)
        case ast.Name(id=name) if name in named:
            yield from _sentences(named[name], {key: each for key, each in named.items() if key != name}, given)
        case ast.Call(func=func) if _name(func) in MARKS:
            pass  # collected where it is marked
        case ast.Constant() | ast.Name(id="None") | ast.Attribute():
            pass
        case ast.Name(id=name) if name in given:
            pass
        case _:
            yield None


def _below(path: Path, folder: Path) -> str:
    """From the root, which has web_ui, on."""
    return path.relative_to(folder.parents[1]).as_posix()
