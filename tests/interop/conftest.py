from tests.interop.tools import age_tool

__all__ = ["age_tool"]
