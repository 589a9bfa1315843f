"""strace's account of a program, as operations on files.

``strace -f -y -ttt -T -xx``: every string in hexadecimal, every descriptor with its
path.  A call that others interrupt stands in two lines ("unfinished", "resumed").
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from tests.faults.crash_states import Kind, Op

CALLS: Final = (
    "pwrite64,write,lseek,fsync,fdatasync,ftruncate,rename,renameat,renameat2,"
    "unlink,unlinkat,openat"
)
_LINE: Final = re.compile(r"^(\d+)\s+(\d+\.\d+) (.*)$")
_RESUMED: Final = re.compile(r"^<\.\.\. (\w+) resumed>(.*)$")
_DONE: Final = re.compile(r"^(\w+)\((.*)\)\s+= (-?\d+)[^<]*(?:<[^>]*>)?.*<(\d+\.\d+)>$")
_FD: Final = re.compile(r"^(\d+)<([^>]*)>")


def strace(trace: Path, arguments: Sequence[str]) -> list[str]:
    """Arguments for a Python that becomes that program, traced.

    The tracer is the grandchild (``-D``): signals go to the program.
    """
    become = "import os, sys; os.execvp(sys.argv[1], sys.argv[1:])"
    options = ["-D", "-f", "-y", "-ttt", "-T", "-xx", "-s", "300000"]
    options += ["-e", f"trace={CALLS}", "-e", "signal=none", "-o", str(trace)]
    return ["-c", become, "strace", *options, sys.executable, *arguments]


def why_not() -> str:
    """Why nothing can be traced here; empty: it can."""
    return "" if shutil.which("strace") else "strace is not installed"


def operations(lines: Iterable[str], folder: str) -> Iterator[Op]:
    """Those on files directly in ``folder``; failed calls had no effect."""
    begun: dict[str, tuple[float, str]] = {}
    positions: dict[tuple[str, str], int] = {}
    for line in lines:
        split = _LINE.match(line.rstrip("\n"))
        if split is None:
            continue
        pid, at, text = split[1], float(split[2]), split[3]
        if text.endswith("<unfinished ...>"):
            begun[pid] = (at, text.removesuffix("<unfinished ...>"))
            continue
        if (resumed := _RESUMED.match(text)) is not None and pid in begun:
            at, first = begun.pop(pid)
            text = first.rstrip() + resumed[2].lstrip()
        if (done := _DONE.match(text)) is not None and int(done[3]) >= 0:
            times = (at, at + float(done[4]))
            yield from _op(done[1], done[2], int(done[3]), times, folder, positions)


def _op(
    name: str,
    arguments: str,
    result: int,
    times: tuple[float, float],
    folder: str,
    positions: dict[tuple[str, str], int],
) -> Iterator[Op]:
    if name.startswith(("rename", "unlink")):
        yield from _moved(name, arguments, times, folder)
    elif name == "openat":
        yield from _opened(arguments, times, folder)
    elif (file := _FD.match(arguments)) is not None:
        path = _text(file[2]) if file[2].startswith("\\x") else file[2]
        if _is_in(path, folder):
            key = (file[1], path)
            yield from _on_file(name, arguments, result, times, key, positions)


def _moved(
    name: str, arguments: str, times: tuple[float, float], folder: str
) -> Iterator[Op]:
    paths = [_text(each) for each in re.findall(r'"([^"]*)"', arguments)]
    if paths and _is_in(paths[0], folder):
        kind: Kind = "rename" if name.startswith("rename") else "unlink"
        yield Op(kind, paths[0], *times, target=paths[-1])


def _on_file(
    name: str,
    arguments: str,
    result: int,
    times: tuple[float, float],
    key: tuple[str, str],
    positions: dict[tuple[str, str], int],
) -> Iterator[Op]:
    path = key[1]
    match name:
        case "fsync" | "fdatasync":
            yield Op("sync", path, *times)
        case "ftruncate":
            yield Op("truncate", path, *times, offset=_last(arguments))
        case "lseek":
            positions[key] = result
        case "pwrite64":
            yield Op("write", path, *times, _last(arguments), _data(arguments)[:result])
        case "write":
            at = positions.get(key, 0)
            positions[key] = at + result
            yield Op("write", path, *times, at, _data(arguments)[:result])
        case _:
            pass


def _opened(arguments: str, times: tuple[float, float], folder: str) -> Iterator[Op]:
    found = re.search(r'"([^"]*)"', arguments)
    if found and "O_CREAT" in arguments and _is_in(path := _text(found[1]), folder):
        # It exists from now on, empty if it is new.
        yield Op("write", path, *times)


def _is_in(path: str, folder: str) -> bool:
    return path.rpartition("/")[0] == folder


def _text(hexed: str) -> str:
    return bytes.fromhex(hexed.replace("\\x", "")).decode("utf-8", "replace")


def _data(arguments: str) -> bytes:
    found = re.search(r'"([^"]*)"', arguments)
    return bytes.fromhex(found[1].replace("\\x", "")) if found else b""


def _last(arguments: str) -> int:
    return int(arguments.rpartition(",")[2])
