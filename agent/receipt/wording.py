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
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

_CAPTURE = re.compile(r"\((?!\?)|\(\?P<")
_QUANTIFIERS = frozenset("?*+{")
_MARK = r"(?:[^\\.^$*+?{}\[\]|()]|\\[^\w\s])"
_PLAIN = re.compile(rf"(?:{_MARK}(?![?*+{{]))+")
_ONE = re.compile(rf"\[(-?(?:(?!-){_MARK}){{1,8}})\]|{_MARK}")
_GROUP = re.compile(r"\((?:\?:|\?P<\w+>)")
_ESCAPE = re.compile(r"\\(?=[^\w\s])")
_AT_LEAST_ONCE = re.compile(r"\+|\{[1-9]")
_GAP = re.compile(r"(?:\\s[+*?]?|\\b|\.\{0,\d+\})+")
"""What may stand between two texts of a word."""
_WORD = re.compile(r"[^\W\d_]\w*")
_MARKS = re.compile(r"[()|]|\\.|\[(?:\\.|[^\]\\])*\]")
"""What structures a pattern; escapes and classes are one mark each."""
_INDENT = re.compile(r"\^(?:\\[sW]\*\+?)?|\\b")
"""How an alternative says that its first letter begins a word."""

SHORT = 2
"""A text of so few letters is on most lines."""
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


def _alternatives(pattern: str) -> Iterator[str]:
    """Split at the bars outside parentheses."""
    depth = start = 0
    for mark in _MARKS.finditer(pattern):
        if mark[0] == "(":
            depth += 1
        elif mark[0] == ")":
            depth -= 1
        elif mark[0] == "|" and depth == 0:
            yield pattern[start : mark.start()]
            start = mark.end()
    yield pattern[start:]


def _group_end(pattern: str, at: int) -> int:
    """The index after the parenthesis that closes the one at ``at``."""
    depth = 0
    for mark in _MARKS.finditer(pattern, at):
        depth += (mark[0] == "(") - (mark[0] == ")")
        if depth == 0:
            return mark.end()
    return len(pattern)


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
    found = _PLAIN.match(pattern)
    return _ESCAPE.sub("", found[0]) if found else ""


class _Word(NamedTuple):
    """How a word of a list begins, and a text without which it is not there."""

    head: str
    text: str


def _words_of(alternative: str) -> set[_Word] | None:
    """The words of an alternative, ``None`` where it is no list of words."""
    bound = _INDENT.match(alternative)
    if bound is None:
        return None
    words = {_word(*begun) for begun in _begun(alternative[bound.end() :])}
    return None if any(not word.head[:1].isalpha() for word in words) else words


def _begun(pattern: str, head: str = "") -> Iterator[tuple[str, str]]:
    """The marks that a match may begin with, ``MAX_HEAD`` at most, and what follows."""
    group, one = _GROUP.match(pattern), _ONE.match(pattern)
    first = group or one
    if len(head) == MAX_HEAD or first is None:
        yield head, pattern
        return
    end = _group_end(pattern, 0) if group else first.end()
    rest = pattern[end:]
    if rest[:1] == "?" and rest[1:2] not in _QUANTIFIERS:
        rest = rest[1:]
        yield from _begun(rest, head)
    elif rest[:1] and rest[:1] in _QUANTIFIERS:
        once = one is not None and _AT_LEAST_ONCE.match(rest)
        yield (head + _literal(first[0]), "") if once else (head, pattern)
        return
    if group:
        for inner in _alternatives(pattern[group.end() : end - 1]):
            yield from _begun(inner + rest, head)
    else:
        for mark in _ESCAPE.sub("", first[1] or first[0]):
            yield from _begun(rest, head + mark)


def _word(head: str, rest: str) -> _Word:
    """The space after a short head is a mark of it; a later text is the rarer one."""
    first, later = head + _literal(rest), ""
    plain = _PLAIN.match(rest)
    at = plain.end() if plain else 0
    while gap := _GAP.match(rest, at):
        plain = _PLAIN.match(rest, gap.end())
        if plain is None:
            break
        later, at = max(later, _ESCAPE.sub("", plain[0]), key=len), plain.end()
    rare = len(later) > SHORT or (later and not later.isalnum())
    spaced = head and rest.startswith(r"\s+")
    return _Word(
        (f"{head} " if spaced else head)[:MAX_HEAD],
        later if rare else max(first, later, key=len),
    )


Search = Callable[[str], re.Match[str] | None]


class _Words:
    """Alternatives, compiled when a line first asks for them.

    ``search`` finds the first match of those bound to the start of the line, else of
    the others.  One of ``texts`` is in any line that matches.
    """

    __slots__ = ("_alternatives", "search", "texts")

    def __init__(self, alternatives: Sequence[str], texts: Sequence[str] = ()) -> None:
        self._alternatives = alternatives
        self.search: Search = self._search_first
        self.texts = texts

    def _search_first(self, plain: str) -> re.Match[str] | None:
        self.search = _searching(self._alternatives)
        return self.search(plain)


def _searching(alternatives: Sequence[str]) -> Search:
    anchored = [a for a in alternatives if a.startswith("^")]
    anywhere = [_led(a) for a in alternatives if not a.startswith("^")]
    match = re.compile("|".join(anchored)).match
    search = re.compile("|".join(anywhere)).search
    if not anchored:
        return search
    return (lambda plain: match(plain) or search(plain)) if anywhere else match


class Wording:
    """A word list, compiled piece by piece as papers need it.

    ``heads`` and ``inside``: a line that begins none of its words with one of the
    heads, and holds none of the texts, can only match an alternative of which neither
    is known.  ``unbound``: there are such alternatives.  ``loose``: its heads alone do
    not tell.
    """

    __slots__ = ("_all", "_by_head", "_groups", "_loose", "_open", "heads", "inside", "loose", "unbound")  # fmt: skip

    def __init__(self, pattern: str) -> None:
        alternatives = [a for alt in _alternatives(pattern) for a in _spread(alt)]
        by_head: dict[str, list[_Words]] = {}
        loose: list[str] = []
        unknown: list[str] = []
        for alternative in dict.fromkeys(alternatives):
            words = _words_of(alternative)
            if words is None:
                (loose if _literal(alternative) else unknown).append(alternative)
            else:
                made = _Words([alternative], tuple({word.text for word in words}))
                for head in {word.head for word in words}:
                    by_head.setdefault(head, []).append(made)
        self.heads = frozenset(by_head)
        self.inside = tuple(map(_literal, loose))
        self.unbound = bool(unknown)
        self.loose = bool(loose or unknown)
        self._groups = _CAPTURE.search(pattern) is not None
        self._all = _Words(alternatives)
        self._open = _Words(unknown)
        self._loose = _Words(loose)
        self._by_head = by_head

    def search(self, plain: str) -> re.Match[str] | None:
        """The first match among the anchored words, else anywhere."""
        return self._all.search(plain)

    def search_in(self, plain: str, heads: frozenset[str]) -> re.Match[str] | None:
        """``search`` for a line of which the heads are known."""
        return self.search_by(plain, self.heads & heads)

    def search_by(self, plain: str, heads: Collection[str]) -> re.Match[str] | None:
        """``search`` for a line that has these of our heads, and no other.

        The one alternative that matches is the whole list for that line, but for the
        groups.
        """
        if self.inside and any(text in plain for text in self.inside):
            return self._all.search(plain)
        if self.unbound:
            return self._all.search(plain) if heads else self._open.search(plain)
        found = by = None
        for words in self._tried(plain, heads):
            match = words.search(plain)
            if match is not None and words is not by:
                if by is not None or self._groups:
                    return self._all.search(plain)
                found, by = match, words
        return found

    def _tried(self, plain: str, heads: Collection[str]) -> list[_Words]:
        """The alternatives of which head and text stand in a line."""
        tried = []
        for head in heads:
            for words in self._by_head[head]:
                for text in words.texts:
                    if text in plain:
                        tried.append(words)
                        break
        return tried

    def holds_in(self, plain: str, heads: frozenset[str]) -> bool:
        """Whether there is a match: only words with a head of the line are tried."""
        return self.holds_by(plain, self.heads & heads)

    def holds_by(self, plain: str, heads: Collection[str]) -> bool:
        """``holds_in`` for a line that has these of our heads."""
        for words in self._tried(plain, heads):
            if words.search(plain):
                return True
        if self.inside and any(text in plain for text in self.inside):
            return self._loose.search(plain) is not None
        return self.unbound and self._open.search(plain) is not None
