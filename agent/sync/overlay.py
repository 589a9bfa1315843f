"""What the RCU has ordered of the configuration: a file over the till's own.

``rcu/configuration.json`` in the state folder, 0600, replaced whole.  It holds the
generation in effect, the one before it, whether the one in effect is still on trial, and
what is owed to the RCU as proof.  ``agent.toml`` is a person's and is never written.

A generation on trial that does not come through a start is rolled back by the next one:
the start is counted *before* anything of the configuration is used.
"""

from __future__ import annotations

import copy
import hashlib
import json
import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.errors import ConfigError
from agent.keyring import safe
from agent.sync import credentials
from agent.wire.orderable import ORDERABLE, Value
from agent.wire.orders import OrderStatus, canonical

log = logging.getLogger(__name__)

FILE: Final = "configuration.json"
BEFORE_FILE: Final = "ordered.json"
"""Where versions up to 0.1.0 kept three numbers of ``[sync]``."""
MAX_OWED: Final = 8
DIED: Final = "the agent did not come through its start"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Generation(_Part):
    """What is ordered over the file: all of it, not only what changed last."""

    number: int = 0
    order: str = ""
    settings: dict[str, Value] = Field(default_factory=dict)


class OnTrial(_Part):
    """``starts``: how many processes began with it.  ``printer``: it answered before."""

    seconds: float
    starts: int = 0
    printer: bool = False


class Owed(_Part):
    """A proof that is not in the log yet."""

    order: str
    status: OrderStatus
    done: dict[str, int] = Field(default_factory=dict)
    why: str = ""


class Overlay(_Part):
    """The file.  ``highest``: a number is never given twice, also not after a roll-back.

    ``tried``: the last order that was taken; it may come again, and is not taken again.
    """

    version: int = 1
    now: Generation = Generation()
    before: Generation = Generation()
    trial: OnTrial | None = None
    owed: tuple[Owed, ...] = ()
    highest: int = 0
    tried: str = ""

    def taken(
        self, order: str, settings: Mapping[str, Value], trial: OnTrial
    ) -> Overlay:
        """A new generation, on trial."""
        number = max(self.highest, self.now.number) + 1
        new = Generation(number=number, order=order, settings=dict(settings))
        return self.model_copy(
            update={
                "now": new,
                "before": self.now,
                "trial": trial,
                "highest": number,
                "tried": order,
            }
        )

    def started(self) -> Overlay:
        """A process begins.  One that was begun before and did not end well: back."""
        if self.trial is None:
            return self
        if self.trial.starts:
            return self.rolled_back(DIED)
        return self._starts(1)

    def stopped(self) -> Overlay:
        """It ended as it should: the trial goes on with the next start."""
        return self._starts(0) if self.trial else self

    def passed(self) -> Overlay:
        """The trial is over, all was well."""
        done = {"settings": len(self.now.settings), "generation": self.now.number}
        owed = Owed(order=self.now.order, status="completed", done=done)
        return self.model_copy(update={"trial": None, "owed": self._owing(owed)})

    def rolled_back(self, why: str) -> Overlay:
        """The generation before holds again."""
        done = {"rolled_back": 1, "generation": self.before.number}
        said = f"rolled back: {why}"[:200]
        owed = Owed(order=self.now.order, status="failed", done=done, why=said)
        return self.model_copy(
            update={"now": self.before, "trial": None, "owed": self._owing(owed)}
        )

    def proved(self, order: str) -> Overlay:
        """That proof is in the log."""
        left = tuple(each for each in self.owed if each.order != order)
        return self.model_copy(update={"owed": left})

    def _starts(self, count: int) -> Overlay:
        assert self.trial is not None  # noqa: S101 -- asked by whoever calls
        trial = self.trial.model_copy(update={"starts": count})
        return self.model_copy(update={"trial": trial})

    def _owing(self, owed: Owed) -> tuple[Owed, ...]:
        return (*self.owed, owed)[-MAX_OWED:]


def path_of(state_dir: Path) -> Path:
    """Where it is."""
    return credentials.folder_of(state_dir) / FILE


def read(state_dir: Path) -> Overlay:
    """As it is; one that cannot be read orders nothing, and is said.  Blocking."""
    path = path_of(state_dir)
    try:
        raw = safe.read_secret(path)
        if raw is None:
            return _of_before(path.with_name(BEFORE_FILE))
        return Overlay.model_validate_json(raw)
    except (ConfigError, ValidationError) as error:
        why = str(error) if isinstance(error, ConfigError) else f"{path}: damaged"
        log.warning("what the RCU ordered of the configuration is left out: %s", why)
        return Overlay()


def keep(state_dir: Path, overlay: Overlay) -> None:
    """Durable when it returns.  Blocking.

    Raises:
        ConfigError: disk full, or not ours to write.
    """
    path = path_of(state_dir)
    safe.make_folder(path.parent)
    safe.replace(path, overlay.model_dump_json(indent=1).encode() + b"\n")
    path.with_name(BEFORE_FILE).unlink(missing_ok=True)


def start(state_dir: Path) -> Overlay:
    """Count this start; roll back what did not come through the last.  Blocking.

    A file that cannot be written is left as it is: what is on trial is not used then,
    since nobody could take it back.
    """
    there = read(state_dir)
    began = there.started()
    if began == there:
        return there
    try:
        keep(state_dir, began)
    except ConfigError as error:
        log.warning("what is on trial is left out: %s", error)
        return there.rolled_back("it cannot be kept on this disk")
    if began.trial is None:
        log.error(
            "an ordered configuration is rolled back", extra={"why": began.owed[-1].why}
        )
    return began


def stop(state_dir: Path) -> None:
    """This process ends as it should.  Blocking."""
    there = read(state_dir)
    if (ended := there.stopped()) == there:
        return
    try:
        keep(state_dir, ended)
    except ConfigError as error:
        log.warning("the trial cannot be kept: %s", error)


def laid_over(
    written: Mapping[str, Any], settings: Mapping[str, Value]
) -> dict[str, Any]:
    """The file's content with what is ordered in its place."""
    content = copy.deepcopy(dict(written))
    for key, value in settings.items():
        *sections, name = key.split(".")
        place = content
        for section in sections:
            place = place.setdefault(section, {})
        place[name] = value
    return content


def digest(config: BaseModel) -> str:
    """Of all values that may be ordered, as they are in effect: 16 hex digits."""
    values = {key: value_of(config, key) for key in sorted(ORDERABLE)}
    text = canonical({key: _plain(value) for key, value in values.items()})
    return hashlib.sha256(text).hexdigest()[:16]


def value_of(config: BaseModel, key: str) -> Any:
    """What holds of a key of the table."""
    found: Any = config
    for name in key.split("."):
        found = getattr(found, name)
    return found


def changed(one: Mapping[str, Value], other: Mapping[str, Value]) -> set[str]:
    """The keys that differ."""
    return {key for key in {*one, *other} if one.get(key) != other.get(key)}


def without(settings: Mapping[str, Value], keys: Iterable[str]) -> dict[str, Value]:
    """The others."""
    gone = set(keys)
    return {key: value for key, value in settings.items() if key not in gone}


def _plain(value: Any) -> Any:
    return f"{value:g}" if isinstance(value, float) else value


def _of_before(path: Path) -> Overlay:
    raw = safe.read_secret(path)
    if raw is None:
        return Overlay()
    try:
        said = json.loads(raw)
        settings = {f"sync.{name}": value for name, value in dict(said).items()}
    except (ValueError, TypeError):
        return Overlay()
    kept = {
        key: value
        for key, value in settings.items()
        if key in ORDERABLE and ORDERABLE[key].takes(value)
    }
    return Overlay(now=Generation(number=1, settings=kept), highest=1)
