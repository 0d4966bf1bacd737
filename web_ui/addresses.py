"""The rule of one address: ready to be matched at once, ready to be written down only where somebody asks for that.

Apart because it leans on the inside of Werkzeug: getting each rule ready to build an address was four fifths of making
an app [m], and no page builds one. Under a Werkzeug that does it elsewhere this does nothing.
"""

from collections.abc import Callable

from werkzeug.routing import Rule


class Address(Rule):
    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        def build(rule: Address, /, **values: object) -> tuple[str, str]:
            made = Rule._compile_builder(rule, append_unknown)
            return made(rule, **values)

        return build
