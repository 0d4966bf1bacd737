"""The project's modules as text and syntax trees, and what each of them imports.

Apart from the rules about them, which are what a reader of tests/test_architecture.py comes for.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Module:
    """One module: `imports` are full dotted names, those inside functions and given to import_module included."""

    name: str
    source: str
    is_package: bool

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    @cached_property
    def imports(self) -> frozenset[str]:
        return frozenset(self._imports())

    def _imports(self) -> Iterator[str]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                up = node.level - self.is_package
                package = "" if not node.level else self.name.rsplit(".", up)[0] if up else self.name
                base = ".".join(part for part in (package, node.module) if part)
                yield from (f"{base}.{alias.name}" for alias in node.names)
            elif isinstance(node, ast.Call) and called(node) in {"import_module", "__import__"}:
                yield from (a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str))

    def within(self, *places: str) -> bool:
        return within(self.name, *places)


Project = Mapping[str, Module]


def within(name: str, *places: str) -> bool:
    return any(name == place or name.startswith(place + ".") for place in places)


def called(node: ast.Call) -> str:
    """The last word of what is called: `b` of `a.b(...)`."""
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def make_project(sources: Mapping[str, str]) -> Project:
    packages = {name.rpartition(".")[0] for name in sources}
    return {name: Module(name, source, name in packages) for name, source in sources.items()}


@cache
def read_project() -> Project:
    sources = {}
    for top in ("appliance", "web_ui"):
        for path in sorted((ROOT / top).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            sources[".".join(parts).removesuffix(".__init__")] = path.read_text(encoding="utf-8")
    return make_project(sources)


def ours(project: Project, module: Module) -> Iterator[str]:
    """The modules of the project that `module` imports, itself left out."""
    for target in module.imports:
        known = target if target in project else target.rpartition(".")[0]
        if known in project and known != module.name:
            yield known
