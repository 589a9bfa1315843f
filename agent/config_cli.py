"""``receipt-agent config``: what holds and who says so; a file of an earlier version."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from agent import config, config_migration
from agent.config import Config
from agent.errors import ConfigError
from agent.sync import overlay
from agent.sync.overlay import Overlay

SAYS: Final = {
    "file": "fichier (file)",
    "rcu": "ordonné par le RCU (ordered)",
    "default": "défaut (default)",
}


def run(arguments: argparse.Namespace) -> int:
    """One of the two.

    Raises:
        ConfigError: the file has to be looked at.
    """
    return {"show": show, "migrate": migrate}[arguments.way](arguments)


def show(arguments: argparse.Namespace) -> int:
    """Each value that is set, and where it comes from."""
    own, whole = config.alone(arguments.config), config.load(arguments.config)
    there = overlay.read(own.till.state_dir)
    written = dict(_leaves(config.read(arguments.config)))
    in_effect = there.now.settings if own != whole or not there.now.settings else {}
    found = [
        (key, value, _source(key, written, in_effect)) for key, value in _values(whole)
    ]
    if arguments.json:
        said = {key: {"value": value, "from": source} for key, value, source in found}
        about = {
            "file": str(arguments.config),
            "generation": there.now.number,
            "order": there.now.order,
            "trial": there.trial is not None,
            "values": said,
        }
        sys.stdout.write(json.dumps(about, ensure_ascii=False) + "\n")
        return 0
    sys.stdout.write("\n".join(_about(there)) + "\n")
    for key, value, source in found:
        if source != "default" or arguments.all:
            text = json.dumps(value, ensure_ascii=False)
            sys.stdout.write(f"{key} = {text}  # {SAYS[source]}\n")
    return 0


def _about(there: Overlay) -> Iterator[str]:
    yield f"# génération (generation) {there.now.number}"
    if there.trial is not None:
        yield f"# à l’essai (on trial), {there.trial.seconds:g} s"
    if there.now.order:
        yield f"# ordre (order) {there.now.order}"


def _source(
    key: str, written: Mapping[str, Any], in_effect: Mapping[str, object]
) -> str:
    if key in in_effect:
        return "rcu"
    mine = any(each == key or each.startswith(f"{key}.") for each in written)
    return "file" if mine else "default"


def _values(whole: Config) -> Iterator[tuple[str, Any]]:
    for name in type(whole).model_fields:
        yield from _below(name, getattr(whole, name))


def _below(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, BaseModel):
        if value is not None:
            yield key, _plain(value)
        return
    for name in type(value).model_fields:
        yield from _below(f"{key}.{name}", getattr(value, name))


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    plain = isinstance(value, str | int | float | bool | dict)
    return value if plain else str(value)


def _leaves(content: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in content.items():
        key = f"{before}{name}"
        if isinstance(value, dict):
            yield from _leaves(value, f"{key}.")
        else:
            yield key, value


# -- an earlier version's file --------------------------------------------------------


def migrate(arguments: argparse.Namespace) -> int:
    """The file in the keys of this version; 0 also where nothing is to be done."""
    path: Path = arguments.config
    text = config.text(path)
    try:
        new, steps = config_migration.rewritten(text)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error
    if new == text:
        sys.stderr.write(
            f"{path}: à jour, version {config_migration.VERSION} (up to date)\n"
        )
        return 0
    for step in steps:
        sys.stderr.write(f"{path}: {step.said}\n")
    if not arguments.write:
        sys.stdout.write(new)
        return 0
    before = _write(path, new)
    sys.stderr.write(
        f"{path}: version {config_migration.VERSION} ; avant (before): {before}\n"
    )
    return 0


def _write(path: Path, text: str) -> Path:
    """Whole or not at all, with the owner and the mode of the file before."""
    before, beside = path.with_name(f"{path.name}.bak"), path.with_name(f".{path.name}")
    try:
        shutil.copy2(path, before)
        shutil.copy2(path, beside)
        was = path.stat()
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        for each in (before, beside):
            os.chown(each, was.st_uid, was.st_gid)
        beside.replace(path)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written ({error.strerror})") from error
    return before
