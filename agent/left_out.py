"""What libraries load by themselves and this program never calls.

A library's own command line, or its search for plugins, is imported with the library:
click, multiprocessing and importlib.metadata among them, two megabytes of a process that
stays for weeks (``python -m bench imports``).  An empty module of the same name is put in
their place.  It has the names that the library's package asks for, and no more: where a
new release wants another one, the import fails, and a test does (``test_left_out``).
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any, Final


def no_plugins() -> tuple[()]:
    """``pydantic.plugin._loader.get_plugins`` under PYDANTIC_DISABLE_PLUGINS."""
    return ()


def no_command() -> None:
    """``httpx.main``, which its package gives a home."""


def _from_uvicorn(name: str) -> Any:
    """``uvicorn.Server``, which its package takes from its command line."""
    if name != "Server":
        raise AttributeError(name)
    from uvicorn.server import Server

    return Server


NAMES: Final[dict[str, dict[str, Any]]] = {
    "pydantic.plugin._loader": {"get_plugins": no_plugins},
    "uvicorn.main": {"main": None, "run": None, "__getattr__": _from_uvicorn},
    "httpx._main": {"main": no_command},
}
"""By module: what its package imports from it."""


def leave_out() -> None:
    """Put the empty modules there; one that is loaded already stays."""
    for module, names in NAMES.items():
        empty = ModuleType(module, __doc__)
        vars(empty).update(names)
        sys.modules.setdefault(module, empty)
