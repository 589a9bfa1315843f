"""What the relay's memory is made of once all is imported, and what would make it less.

Processes of their own, each with every room of the relay and the libraries of a till with
screens, mail and sync; the figures are of that moment, without sockets, database or sales.
``python -m bench.imports PYTHON`` asks another interpreter, such as the one of
``requirements.lock`` alone.  ``-OO`` is run twice, since the first compiles.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
LIBRARIES: Final = (
    "agent.screens.hosting agent.sync.transport anyio._backends._asyncio httpx httpcore"
    " aiosmtplib email_validator cryptography.hazmat.primitives.ciphers.aead"
    " uvicorn.protocols.http.h11_impl uvicorn.lifespan.off starlette.applications"
)
SPLIT: Final = "starlette uvicorn httpx httpcore anyio h11 aiosmtplib"
"""What a process of its own for screens, mail and sync would take along."""
LOAD: Final = """
import dataclasses, gc, importlib.abc, importlib.machinery, os, re, sys, types
os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
sys.path.insert(0, {root!r})
gc.disable()

class Nothing(type):
    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Thing

class Thing(metaclass=Nothing):
    def __init__(self, *given, **named): pass
    def __call__(self, *given, **named): return self
    def __class_getitem__(cls, item): return cls

class Hollow(types.ModuleType):
    __path__ = []
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Thing

class Without(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] in {without!r}.split():
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
    def create_module(self, spec): return Hollow(spec.name)
    def exec_module(self, module): pass

sys.meta_path.insert(0, Without())
if {left_out!r}:
    from agent import left_out
    left_out.leave_out()
if {deferred!r}:
    import pydantic._internal._config as settings
    settings.config_defaults["defer_build"] = True
for name in "agent.cli agent.app agent.house agent.store.store {libraries}".split():
    __import__(name)
gc.collect()
text = open("/proc/self/smaps_rollup").read()
rss, own = (int(re.search(rf"^{{name}}:\\s+(\\d+)", text, re.M)[1]) / 1024
            for name in ("Rss", "Anonymous"))
found = f"RSS {{rss:5.1f}} MB  own {{own:5.1f}}  modules {{len(sys.modules)}}"
if {counted!r}:
    import pydantic
    kinds = [each for each in gc.get_objects() if isinstance(each, type)]
    models = sum(issubclass(each, pydantic.BaseModel) for each in kinds)
    records = sum(map(dataclasses.is_dataclass, kinds))
    functions = sum(isinstance(each, types.FunctionType) for each in gc.get_objects())
    found += f"  functions {{functions}}  dataclasses {{records}}  models {{models}}"
print(found)
"""


def said(python: str, *flags: str, without: str = "", **wanted: bool) -> str:
    """One process's line."""
    asked = {"left_out": True, "deferred": False, "counted": False} | wanted
    code = LOAD.format(root=str(ROOT), without=without, libraries=LIBRARIES, **asked)
    environ = {**os.environ, "MALLOC_ARENA_MAX": "2"}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        (python, "-E", *flags, "-c", code),
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def main(python: str = sys.executable) -> None:
    """A line a way."""
    with tempfile.TemporaryDirectory() as cache:
        apart = ("-X", f"pycache_prefix={cache}")
        said(python)  # compiles
        print(f"{'as it is':36} {said(python, counted=True)}")
        print(f"{'without agent.left_out':36} {said(python, left_out=False)}")
        print(f"{'screens, mail and sync elsewhere':36} {said(python, without=SPLIT)}")
        print(f"{'models built at first use':36} {said(python, deferred=True)}")
        for flags in (("-OO",), ("-X", "no_debug_ranges")):
            said(python, *flags, *apart)
            print(f"{' '.join(flags):36} {said(python, *flags, *apart)}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
