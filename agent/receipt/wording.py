"""Word lists compiled so that most of a paper is skipped unread.

A list such as TOTAL, SUMME, BAR, each at a word boundary, makes ``re`` try every word
at every column.  Two measures spare that, and neither changes the meaning:

* Each boundary stands behind its first letter instead of before it, so that a list
  starts with a set of letters, which ``re`` scans for; alternatives bound to the
  start of the line are tried once, at column 0.
* A list knows its *heads*, the first one to three marks of its words.  A line whose
  own words begin otherwise is not searched; alternatives that are no whole words
  must stand in the line letter by letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_CAPTURE = re.compile(r"\((?!\?)|\(\?P<")
_QUANTIFIERS = frozenset("?*+{")
_WORD = re.compile(r"[^\W\d_]\w*")
_INDENT = re.compile(r"\^(?:\\[sW]\*\+?)?|\\b")
"""How an alternative says that its first letter begins a word."""

MAX_HEAD = 3
"""Marks of a head: longer ones are as rare and make more of them."""


def heads_of(plain: str) -> frozenset[str]:
    """The first one, two and three marks of every word of a line."""
    heads = set()
    for word in _WORD.finditer(plain):
        at = word.start()
        heads.add(plain[at : at + MAX_HEAD])
        heads.add(plain[at : at + 2])
        heads.add(plain[at])
    return frozenset(heads)


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


def _literal(pattern: str) -> str:
    """The marks that any match of ``pattern`` begins with."""
    at = 0
    while at < len(pattern) and (pattern[at].isalnum() or pattern[at] in " '/-@"):
        at += 1
    if pattern[at : at + 1] and pattern[at] in _QUANTIFIERS:
        at -= 1
    return pattern[: max(at, 0)]


def _openings(pattern: str) -> Iterator[str]:
    """``pattern`` without a group at its start: one for each of the group's words."""
    if not pattern.startswith("(?:"):
        yield pattern
        return
    end = _group_end(pattern, 0)
    rest = pattern[end:]
    if rest[:1] in _QUANTIFIERS:
        yield pattern
        return
    for inner in _alternatives(pattern[3 : end - 1]):
        yield from _openings(inner + rest)


def _heads(alternative: str) -> set[str] | None:
    """The heads of an alternative's words, ``None`` where it is no list of words."""
    bound = _INDENT.match(alternative)
    if bound is None:
        return None
    words = {_literal(word) for word in _openings(alternative[bound.end() :])}
    if any(not word[:1].isalpha() for word in words):
        return None
    return {word[:MAX_HEAD] for word in words}


class _Compiled(NamedTuple):
    """Alternatives bound to the start of the line, and the others."""

    anchored: re.Pattern[str] | None
    anywhere: re.Pattern[str] | None

    def search(self, plain: str) -> re.Match[str] | None:
        if self.anchored is not None:
            found = self.anchored.match(plain)
            if found is not None:
                return found
        return None if self.anywhere is None else self.anywhere.search(plain)


def _compiled(alternatives: Sequence[str]) -> _Compiled:
    anchored = [a for a in alternatives if a.startswith("^")]
    anywhere = [_led(a) for a in alternatives if not a.startswith("^")]
    return _Compiled(
        re.compile("|".join(anchored)) if anchored else None,
        re.compile("|".join(anywhere)) if anywhere else None,
    )


class Wording:
    """A compiled word list.

    ``heads`` and ``inside``: a line that begins none of its words with one of the
    heads, and holds none of the texts, can only match an alternative of which neither
    is known.  ``unbound``: there are such alternatives.
    """

    __slots__ = ("_all", "_open", "heads", "inside", "unbound")

    def __init__(self, pattern: str) -> None:
        alternatives = [a for alt in _alternatives(pattern) for a in _spread(alt)]
        known = {alternative: _heads(alternative) for alternative in alternatives}
        loose = [a for a, heads in known.items() if heads is None]
        self.heads = frozenset(head for heads in known.values() for head in heads or ())
        self.inside = tuple(_literal(a) for a in loose if _literal(a))
        unknown = [a for a in loose if not _literal(a)]
        self.unbound = bool(unknown)
        self._all = _compiled(alternatives)
        self._open = _compiled(unknown)

    def search(self, plain: str) -> re.Match[str] | None:
        """The first match among the anchored words, else anywhere."""
        return self._all.search(plain)

    def search_in(self, plain: str, heads: frozenset[str]) -> re.Match[str] | None:
        """``search`` for a line of which the heads are known."""
        if not heads.isdisjoint(self.heads):
            return self._all.search(plain)
        if self.inside and any(text in plain for text in self.inside):
            return self._all.search(plain)
        return self._open.search(plain) if self.unbound else None
