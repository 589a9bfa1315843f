"""Configurations of earlier versions: which keys went where, and a file written anew.

``config_version`` says which keys a file speaks; a file without one speaks the first.
An old file is read as it is, with a warning that names each change;
``receipt-agent config migrate --write`` rewrites it, line by line, so that comments and
order stay.  What was written is compared with what was read before it replaces anything.
"""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from agent.errors import ConfigError

KEY: Final = "config_version"
VERSION: Final = 2
MAX_LINES: Final = 500
"""Of one value: a list of addresses, at most."""


@dataclass(frozen=True, slots=True)
class Step:
    """``old`` is ``new`` from now on; without a ``new`` it is gone."""

    old: str
    new: str
    why: str

    @property
    def said(self) -> str:
        if not self.new:
            return f"{self.old} is gone: {self.why}"
        return f"{self.old} is {self.new}: {self.why}"


STEPS: Final[Mapping[int, tuple[Step, ...]]] = {
    1: (
        Step("sync.rcu", "sync.url", "it is an address like the others"),
        Step(
            "door.tcp.identity_maker",
            "identity.maker",
            "every door answers as the same printer",
        ),
        Step(
            "door.tcp.identity_model",
            "identity.model",
            "every door answers as the same printer",
        ),
        Step("printer.columns", "", "the printer's profile says it"),
    ),
}
"""From that version to the next."""


def migrated(content: Mapping[str, Any]) -> tuple[dict[str, Any], list[Step]]:
    """The content in the keys of this version, and what was changed for it.

    Raises:
        ConfigError: of a version that is not ours to read, or both keys of a change are
            there.
    """
    now = copy.deepcopy(dict(content))
    version = now.pop(KEY, 1)
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise ConfigError(f"{KEY}: {version!r} is no version; write {VERSION}")
    if version > VERSION:
        raise ConfigError(
            f"{KEY}: {version} is of a newer receipt-agent, this one reads up to "
            f"{VERSION}; install that one, or put the file back that was before it"
        )
    done = [step for at in range(version, VERSION) for step in STEPS[at]]
    done = [step for step in done if _apply(now, step)]
    return now, done


def _apply(content: dict[str, Any], step: Step) -> bool:
    place, name = _place(content, step.old)
    if place is None or name not in place:
        return False
    value = place.pop(name)
    if step.new:
        target, new = _place(content, step.new, make=True)
        if target is None or new in target:
            raise ConfigError(
                f"{step.old} and {step.new} are both there, and {step.said}; leave the "
                "first out"
            )
        target[new] = value
    return True


def _place(
    content: dict[str, Any], key: str, *, make: bool = False
) -> tuple[dict[str, Any] | None, str]:
    *sections, name = key.split(".")
    place: Any = content
    for section in sections:
        place = place.setdefault(section, {}) if make else place.get(section, {})
        if not isinstance(place, dict):
            return None, name
    return place, name


# -- a file, rewritten ----------------------------------------------------------------


def rewritten(text: str) -> tuple[str, list[Step]]:
    """The file's text in the keys of this version; comments and order are as before.

    Raises:
        ConfigError: it cannot be read, or is written in a way that nobody but a person
            can change (dotted keys, inline tables).
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"not TOML: {error}") from error
    if not isinstance(content.get("till"), dict):
        raise ConfigError("no configuration of a till: it has no [till]")
    wanted, steps = migrated(content)
    if not steps and content.get(KEY) == VERSION:
        return text, []
    lines = text.splitlines()
    for step in steps:
        lines = _rewrite(lines, step)
    new = "\n".join(_with_version(lines)) + "\n"
    if not _says(new, {KEY: VERSION, **wanted}):
        said = "; ".join(step.said for step in steps)
        raise ConfigError(f"cannot be rewritten; change it by hand: {said}")
    return new, steps


def _says(text: str, wanted: Mapping[str, Any]) -> bool:
    try:
        return _without_empty(tomllib.loads(text)) == _without_empty(wanted)
    except tomllib.TOMLDecodeError:
        return False


def _without_empty(content: Mapping[str, Any]) -> dict[str, Any]:
    """A section whose last key moved away says what none says."""
    found = {}
    for name, value in content.items():
        inner = _without_empty(value) if isinstance(value, dict) else value
        if inner != {}:
            found[name] = inner
    return found


def _rewrite(lines: list[str], step: Step) -> list[str]:
    section, _, name = step.old.rpartition(".")
    span = _span(lines, section, name)
    if span is None:
        return lines
    first, last = span
    value = lines[first:last]
    if not step.new:
        return [
            *lines[:first],
            f"# {KEY} {VERSION}: {step.said}",
            *(f"#{line}" for line in value),
            *lines[last:],
        ]
    into, _, new = step.new.rpartition(".")
    value = [re.sub(rf"^(\s*){re.escape(name)}\b", rf"\1{new}", value[0]), *value[1:]]
    if into == section:
        return [*lines[:first], *value, *lines[last:]]
    return _inserted([*lines[:first], *lines[last:]], into, value)


def _inserted(lines: list[str], section: str, value: list[str]) -> list[str]:
    """At the end of what the section says; in a new one at the end of the file."""
    head = next((at for at, each in _heads(lines) if each == section), None)
    if head is None:
        return [*lines, "", f"[{section}]", *value]
    end = next((at for at, _ in _heads(lines) if at > head), len(lines))
    said = [at for at in range(head, end) if not _is_silent(lines[at])]
    at = max(said) + 1
    return [*lines[:at], *value, *lines[at:]]


def _with_version(lines: list[str]) -> list[str]:
    """Before the first section."""
    head = next((at for at, _ in _heads(lines)), len(lines))
    own = re.compile(rf"^\s*{KEY}\s*=")
    for at in range(head):
        if own.match(lines[at]):
            return [*lines[:at], f"{KEY} = {VERSION}", *lines[at + 1 :]]
    while head and lines[head - 1].startswith("#"):
        head -= 1  # what is said of the first section
    return [*lines[:head], f"{KEY} = {VERSION}", "", *lines[head:]]


def _span(lines: list[str], section: str, name: str) -> tuple[int, int] | None:
    """The lines of a key's value: ``[first, last)``."""
    key = re.compile(rf"^\s*{re.escape(name)}\s*=")
    inside = ""
    heads = dict(_heads(lines))
    for at, line in enumerate(lines):
        inside = heads.get(at, inside)
        if inside == section and key.match(line):
            return at, _end(lines, at)
    return None


def _end(lines: list[str], first: int) -> int:
    for last in range(first + 1, min(len(lines), first + MAX_LINES) + 1):
        try:
            tomllib.loads("\n".join(lines[first:last]))
        except tomllib.TOMLDecodeError:
            continue
        return last
    return first + 1


def _heads(lines: list[str]) -> Iterator[tuple[int, str]]:
    for at, line in enumerate(lines):
        if found := re.match(r"^\s*\[\s*([A-Za-z0-9_.-]+)\s*\]\s*(#.*)?$", line):
            yield at, found[1]
        elif re.match(r"^\s*\[\[", line):
            yield at, "[[]]"


def _is_silent(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")
