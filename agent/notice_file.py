"""The sentences shown beside a field, from their files.

They come with the program (installed: beside this file; in a checkout:
``config/notices``), and a shop may name a folder with more of its own.  A bad file is a
:class:`ConfigError` for whoever edits it: file, key, what is wrong.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from agent.consent.notices import Notice, Notices
from agent.errors import ConfigError

MAX_FILE_BYTES: Final = 64 << 10
_HERE: Final = Path(__file__).parent
_PLACES: Final = (_HERE / "notices", _HERE.parent / "config" / "notices")


def load(own: Path | None = None) -> Notices:
    """All sentences: ours, and those of the shop's folder, which go before.

    Raises:
        ConfigError: one line a problem, each with file and key.
    """
    shipped = next((place for place in _PLACES if place.is_dir()), None)
    folders = [folder for folder in (shipped, own) if folder is not None]
    return Notices(notice for folder in folders for notice in _in(folder))


def _in(folder: Path) -> Iterator[Notice]:
    if not folder.is_dir():
        raise ConfigError(f"consent.notices: {folder}: no such folder")
    for path in sorted(folder.glob("*.toml")):
        yield _read(path)


def _read(path: Path) -> Notice:
    try:
        with path.open("rb") as file:
            content = tomllib.loads(file.read(MAX_FILE_BYTES).decode())
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    try:
        return Notice.model_validate(content)
    except ValidationError as error:
        lines = [
            f"{path}: {'.'.join(map(str, each['loc'])) or '(file)'}: "
            + each["msg"].removeprefix("Value error, ")
            for each in error.errors(include_url=False, include_input=False)
        ]
        raise ConfigError("\n".join(lines)) from error
