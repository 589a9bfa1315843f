"""``receipt-agent dictionary``: make a store's dictionary from its own receipts.

``train`` writes ``N.bin`` and enters it in ``index.json`` beside it; ``list`` shows them.
A number is given once: a receipt that was written with a dictionary is read with the
same bytes for years.  Nothing personal is in one (:mod:`agent.qr.training`).
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from pydantic import ValidationError

from agent import cellar, progress
from agent.cellar import DATABASE
from agent.errors import ConfigError, StoreError
from agent.escpos import profiles
from agent.keyring.safe import sync_folder
from agent.qr.training import Trainer
from agent.samples.files import Files
from agent.store.looking import looking
from agent.store.reads import Reads
from agent.wire.receipt import Receipt

INDEX: Final = "index.json"
RETAILERS: Final = range(16, 256)
"""Numbers below are the product's own."""
PAGE: Final = 200
EXIT_NO_INPUT: Final = 66
EXIT_UNAVAILABLE: Final = 69
_SQLITE: Final = b"SQLite format 3\0"


def run(arguments: argparse.Namespace) -> int:
    """One of its ways.

    Raises:
        ConfigError: a folder that cannot be read or written, a number that is taken.
    """
    try:
        return WAYS[arguments.way](arguments)
    except StoreError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_UNAVAILABLE
    except OSError as error:
        raise ConfigError(f"{error.filename}: {error.strerror}") from error


def _train(arguments: argparse.Namespace) -> int:
    known = entries(arguments.to)
    number = arguments.number or _free(known)
    if number not in RETAILERS or any(each["number"] == number for each in known):
        raise ConfigError(
            f"{arguments.to}: number {number} is taken or not between 16 and 255; a "
            "dictionary that was used must stay as it is"
        )
    trainer = Trainer(arguments.at_least)
    files = Files(profiles.printer(arguments.printer), arguments.as_kind)
    for receipt in progress.of(_receipts(arguments, files), "tickets (receipts)"):
        trainer.add(receipt)
    with progress.watched("dictionnaire (dictionary)", progress.seconds()):
        content = trainer.made()
    if not content:
        sys.stderr.write(
            f"{trainer.receipts} receipts have nothing in common that {trainer.at_least} "
            "of them say\n"
        )
        return files.exit_code or EXIT_NO_INPUT
    entry = {
        "number": number,
        "sha256": sha256(content).hexdigest(),
        "bytes": len(content),
        "receipts": trainer.receipts,
        "at_least": trainer.at_least,
        "made": f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
    }
    _keep(arguments.to, content, [*known, entry])
    _show(entry)
    return files.exit_code


def _list(arguments: argparse.Namespace) -> int:
    for entry in entries(arguments.to):
        _show(entry)
    return 0


def entries(folder: Path) -> list[dict[str, Any]]:
    """What ``index.json`` says; none is there before the first.

    Raises:
        ConfigError: it is damaged, or a dictionary is not what it was.
    """
    path = folder / INDEX
    if not path.exists():
        return []
    try:
        said: list[dict[str, Any]] = json.loads(path.read_bytes())["dictionaries"]
        for each in said:
            content = (folder / f"{each['number']:d}.bin").read_bytes()
            if sha256(content).hexdigest() != each["sha256"]:
                raise ConfigError(
                    f"{folder}/{each['number']}.bin: has changed; put it back from where "
                    "it is published, receipts need it"
                )
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{path}: no index of dictionaries") from error
    return said


def _free(known: list[dict[str, Any]]) -> int:
    taken = {each["number"] for each in known}
    return next((number for number in RETAILERS if number not in taken), 0)


def _keep(folder: Path, content: bytes, index: list[dict[str, Any]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{index[-1]['number']}.bin").write_bytes(content)
    beside = folder / f".{INDEX}.new"
    beside.write_text(json.dumps({"dictionaries": index}, indent=1) + "\n")
    beside.replace(folder / INDEX)
    sync_folder(folder)


def _show(entry: Mapping[str, Any]) -> None:
    sys.stdout.write(
        f"{entry['number']:>3}  {entry['bytes']:>5} B  of {entry['receipts']} receipts, "
        f"in {entry['at_least']} or more  {entry['made']}  {entry['sha256'][:16]}\n"
    )


# --- where receipts come from -----------------------------------------------------


def _receipts(arguments: argparse.Namespace, files: Files) -> Iterator[Receipt]:
    stores = [path for path in arguments.sources if _is_store(path)]
    for path in stores:
        yield from stored(path / DATABASE if path.is_dir() else path)
    others = [path for path in arguments.sources if path not in stores]
    for _, sample in files.raw(others):
        yield sample.read(arguments.country)


def _is_store(path: Path) -> bool:
    if path.is_dir():
        return True
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE


def stored(database: Path) -> Iterator[Receipt]:
    """Receipts of an agent's database, newest first; a damaged one is passed over.

    Raises:
        StoreError: no database of this version.
    """
    vault = cellar.beside(database)
    before: int | None = None
    with looking(database) as db:
        reads = Reads(vault.on(db))
        while True:
            page = reads.receipts_before(db, before, PAGE)
            for row in page.rows:
                try:
                    yield Receipt.model_validate_json(row.body)
                except ValidationError:
                    continue
            if page.before is None:
                return
            before = page.before


WAYS: Final[Mapping[str, Callable[[argparse.Namespace], int]]] = MappingProxyType(
    {"train": _train, "list": _list}
)
