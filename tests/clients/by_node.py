"""The clients of npm."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.clients import npm, said
from tests.clients.place import Place
from tests.clients.said import Said, Visit

HERE = Path(__file__).parent / "node"


def script(name: str, where: Callable[[Place], tuple[str, ...]]) -> Visit:
    """A script of ours around one of them; ``where``: its arguments after the receipt."""

    async def visit(place: Place) -> Said:
        command = ("node", str(HERE / name), str(place.text), *where(place))
        env = npm.environment(_line_file(place))
        return replace(await said.run_script(command, env), line_s=_line_s(place))

    return visit


def net(place: Place) -> tuple[str, ...]:
    return (place.pulse.hex(), place.way.host, str(place.way.port))


def star(place: Place) -> tuple[str, ...]:
    return (*net(place), "star")


def tty(place: Place) -> tuple[str, ...]:
    return (place.pulse.hex(), str(place.way.tty))


def http(place: Place) -> tuple[str, ...]:
    return (place.way.token, place.way.url, "", str(place.number))


def receiptio(*options: str, picture: bool = False, star: bool = False) -> Visit:
    """Two commands: ``-q`` and a print, which ends with its exit status 0."""

    async def visit(place: Place) -> Said:
        pulse = b"\x07" if star else place.pulse
        source = _markdown(place, pulse, picture=picture)
        env, way = npm.environment(_line_file(place)), place.way
        start = (
            str(npm.receiptio()),
            "-d",
            way.host or f"{way.tty}:115200,N,8,1",
            *options,
        )
        if not way.host:
            env["NODE_OPTIONS"] += f" --require {HERE / 'ports.cjs'}"
            env["TTY"] = str(way.tty)
        _, asked, asked_s = await said.run((*start, "-q", "printer"), env)
        code, printed, took_s = await said.run((*start, source), env)
        return Said(asked, printed, code, asked_s + took_s, _line_s(place))

    return visit


def _markdown(place: Place, pulse: bytes, *, picture: bool) -> Path:
    path = place.folder / f"{place.number}.receipt"
    drawer = "{x:" + "".join(f"\\x{byte:02x}" for byte in pulse) + "}"
    lines = [line.replace("|", " ") for line in place.lines]
    if picture:
        lines = ["{i:" + base64.b64encode(place.png).decode() + "}"]
    path.write_text("\n".join((drawer, *lines, "")))
    return path


def _line_file(place: Place) -> Path:
    return place.folder / f"{place.number}.line_s"


def _line_s(place: Place) -> float | None:
    path = _line_file(place)
    return float(path.read_text()) if path.exists() else None
