"""Every sentence that a person may be shown on a page, collected from templates, scripts and Faults.

Apart from the test that holds the catalogs against it, because the catalogs are brought up to date by it too.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.jslexer import Token, tokenize, unquote_string
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
    "appliance/sealing/keyfiles.py",
    "appliance/sealing/recipients.py",
    "appliance/store/durable.py",
    "appliance/visit/tags.py",
    "web_ui/desk/building.py",
    "web_ui/desk/serve.py",
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
                yield Found(_below(path), line, sentence)


# ---- scripts: said({ key: "English" })


def from_scripts(folder: Path) -> Iterator[Found]:
    for path in sorted(folder.glob("*.js")):
        tokens = [each for each in tokenize(path.read_text(encoding="utf-8"), jsx=False) if "comment" not in each.type]
        for n, token in enumerate(tokens[:-1]):
            if (token.type, token.value, tokens[n + 1].value) == ("name", "said", "("):
                yield from _table(_below(path), tokens[n + 2 :])


def _table(place: str, tokens: list[Token]) -> Iterator[Found]:
    """Up to the brace that closes it; every value must be one string."""
    for n, token in enumerate(tokens):
        if token.value == "}":
            return
        if token.value == ":":
            value, after = tokens[n + 1], tokens[n + 2]
            whole = value.type == "string" and after.value in (",", "}")
            yield Found(place, value.lineno, unquote_string(value.value) if whole else None)


# ---- Python: the two sentences of a Fault, and what its kind says by itself


def from_python(root: Path) -> Iterator[Found]:
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in _modules(root)}
    kinds = _kinds(list(trees.values()))
    for path, tree in trees.items():
        place = _below(path)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) in kinds | MARKS:
                for argument in node.args[: 2 if _name(node.func) in kinds else 1]:
                    yield from (Found(place, node.lineno, each) for each in _sentences(argument))
            if isinstance(node, ast.AnnAssign | ast.Assign) and "do_default" in ast.dump(node)[:120] and node.value:
                yield from (Found(place, node.lineno, each) for each in _sentences(node.value))


MARKS: Final = {"too_often", "worded"}
"""Functions whose first argument is a sentence as well."""


def _modules(root: Path) -> list[Path]:
    found = [*(root / "appliance").rglob("*.py"), *(root / "web_ui").rglob("*.py")]
    return sorted(path for path in found if not _below(path).startswith(TERMINAL))


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


def _below(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
