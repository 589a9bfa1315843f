"""What can still be said of a till whose configuration is broken: where its state is.

That names its folder, its lock and its units; what listens is added while those sections
can be read.  Nothing else of it is to be believed: whose till it is, which printer it has.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from agent import config
from agent.config import Config
from agent.errors import ConfigError

STANDS_IN: Final = {
    "tenant": "unread",
    "store": "unread",
    "till": "unread",
    "shop": "unread",
    "tickets_url": "https://nowhere.invalid",
}
LINK: Final = "tcp://printer.invalid:9100"
LISTENING: Final = ("door", "screens", "metrics")
STATE_DIR: Final = re.compile(
    r"""^\s*state_dir\s*=\s*["'](/[^"']*)["']""", re.MULTILINE
)
MAX_BYTES: Final = 1 << 20


def salvaged(path: Path) -> tuple[Config, bool]:
    """Its rest, and whether that says what listens."""
    try:
        written = config.read(path)
    except ConfigError:
        return _only(_state_dir_in(path)), False
    till = written.get("till")
    state_dir = till.get("state_dir", "") if isinstance(till, dict) else ""
    state_dir = state_dir if isinstance(state_dir, str) else ""
    there = {each: written[each] for each in LISTENING if each in written}
    try:
        return _only(state_dir, **there), True
    except ValidationError:
        return _only(state_dir), False


def _only(state_dir: str, **sections: Any) -> Config:
    till = dict(STANDS_IN)
    if state_dir.startswith("/") and state_dir.isprintable():
        till["state_dir"] = state_dir
    return Config.model_validate({"till": till, "printer": {"link": LINK}, **sections})


def _state_dir_in(path: Path) -> str:
    """Of a text that is no TOML."""
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES).decode(errors="replace")
    except OSError:
        return ""
    found = STATE_DIR.search(text)
    return found[1] if found else ""
