r"""Word lists compiled so that most of a line is skipped unread.

``\bTOTAL|\bSUMME|^\s*BAR\b`` makes ``re`` try every word at every column.  The same
list with each boundary behind its first letter (``T(?<!\wT)OTAL``) starts with a set
of letters, which ``re`` scans for; alternatives that begin with ``^`` are tried once, at
column 0.  Meaning is unchanged; hostile lines cost a tenth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_CAPTURE = re.compile(r"\((?!\?)|\(\?P<")
_QUANTIFIERS = frozenset("?*+{")


def _skip(pattern: str, at: int) -> int:
    """The index after the escape, class or single mark at ``at``."""
    if pattern[at] == "\\":
        return at + 2
    if pattern[at] != "[":
        return at + 1
    at += 1
    while pattern[at] != "]":
        at += 2 if pattern[at] == "\\" else 1
    return at + 1


def _alternatives(pattern: str) -> Iterator[str]:
    """Split at the bars outside parentheses."""
    depth = start = at = 0
    while at < len(pattern):
        depth += (pattern[at] == "(") - (pattern[at] == ")")
        if pattern[at] == "|" and depth == 0:
            yield pattern[start:at]
            start = at + 1
        at = _skip(pattern, at)
    yield pattern[start:]


def _group_end(pattern: str, at: int) -> int:
    """The index after the parenthesis that closes the one at ``at``."""
    depth = 0
    while True:
        depth += (pattern[at] == "(") - (pattern[at] == ")")
        at = _skip(pattern, at)
        if depth == 0:
            return at


def _spread(alternative: str) -> Iterator[str]:
    r"""``\b(?:A|B)C`` as ``\bAC`` and ``\bBC``."""
    if not alternative.startswith(r"\b(?:"):
        yield alternative
        return
    end = _group_end(alternative, 2)
    rest = alternative[end:]
    if rest[:1] in _QUANTIFIERS or _CAPTURE.search(alternative):
        yield alternative
        return
    for inner in _alternatives(alternative[5 : end - 1]):
        yield from _spread(rf"\b{inner}{rest}")


def _led(alternative: str) -> str:
    """The boundary behind the first letter instead of before it."""
    if alternative.startswith(r"\b(?:"):
        end = _group_end(alternative, 2)
        inner = _alternatives(alternative[5 : end - 1])
        if alternative[end : end + 1] in _QUANTIFIERS:
            return alternative
        return (
            f"(?:{'|'.join(_led(rf'{chr(92)}b{i}') for i in inner)}){alternative[end:]}"
        )
    first = alternative[2:3]
    if not (alternative.startswith(r"\b") and first.isalpha()):
        return alternative
    if alternative[3:4] in _QUANTIFIERS:
        return alternative
    return rf"{first}(?<!\w{first}){alternative[3:]}"


class Wording:
    """A compiled word list."""

    __slots__ = ("_anchored", "_anywhere")

    def __init__(self, pattern: str) -> None:
        alternatives = [a for alt in _alternatives(pattern) for a in _spread(alt)]
        anchored = [a for a in alternatives if a.startswith("^")]
        anywhere = [_led(a) for a in alternatives if not a.startswith("^")]
        self._anchored = re.compile("|".join(anchored)) if anchored else None
        self._anywhere = re.compile("|".join(anywhere)) if anywhere else None

    def search(self, plain: str) -> re.Match[str] | None:
        """The first match among the anchored words, else anywhere."""
        if self._anchored is not None:
            found = self._anchored.match(plain)
            if found is not None:
                return found
        return None if self._anywhere is None else self._anywhere.search(plain)
