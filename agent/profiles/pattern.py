"""Patterns that cannot run away: regular expressions that never give back.

A person writes ``Ticket n° ([0-9]+)``.  It is translated so that every quantifier is
possessive and every alternation atomic (Python 3.11), so what was taken is never given
back; back-references, look-around and lazy quantifiers are refused.  What can
never match for that reason (``[0-9]+5``, ``.*x``) is refused too, with a remedy, and so
is what may still take long at one place of a line (:mod:`agent.profiles.cost`).

Letters match in capitals without accents, as :class:`agent.receipt.lines.Line` has them
in ``plain``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from agent.paper.strip import PaperLine
from agent.profiles import cost
from agent.profiles.cost import Cost
from agent.receipt.lines import prepare

MAX_PATTERN: Final = 200
MAX_REPEAT: Final = 160
"""As many columns as a line has at most."""
MAX_DEPTH: Final = 5
MAX_STEPS: Final = 10_000
"""At one place of a line: a quarter of a millisecond on a slow till."""
HEAD: Final = 2
"""Literal characters that a pattern begins with: it is tried only where they stand."""

_CLASSES: Final = frozenset("dDwWsS")
_QUANTIFIER: Final = re.compile(r"[?*+]|\{(\d{1,3})(,(\d{0,3}))?\}")
_NAMED: Final = re.compile(r"\?P<([a-z]{1,16})>")


START: Final = "\n"
"""Among ``heads``: what comes behind it stands at the beginning of a line."""


class PatternError(ValueError):
    """It is not one of ours: what is wrong and what to write instead."""


@dataclass(frozen=True, slots=True)
class _Atom:
    """Of a sequence.  ``one``: it matches exactly one character, this class of them.

    ``heads``: the literal characters that it may begin with; ``captures``: a group in
    it.
    """

    text: str
    one: str = ""
    literal: str = ""
    heads: frozenset[str] = frozenset({""})
    captures: bool = False
    anchor: bool = False
    endless: bool = False
    cost: Cost = cost.ONE


@dataclass(frozen=True, slots=True)
class Translated:
    """A pattern that cannot run away.

    It can match only where one of ``heads`` stands, and needs ``steps`` there at most.
    """

    regex: re.Pattern[str]
    heads: frozenset[str]
    steps: int

    def price(self, plain: str) -> int:
        """Steps that looking for it in a line may take; 0: it cannot be there."""
        at = sum(
            plain.startswith(head[1:]) if head[0] == START else plain.count(head)
            for head in self.heads
        )
        return at * self.steps


@lru_cache(maxsize=256)
def compiled(source: str) -> re.Pattern[str]:
    """The pattern, to be searched in ``plain``.

    Raises:
        PatternError: it may run away, can never match, or is none.
    """
    return translated(source).regex


@lru_cache(maxsize=256)
def translated(source: str) -> Translated:
    """As :func:`compiled`, with what it may cost."""
    if not source or len(source) > MAX_PATTERN:
        raise PatternError(f"1 to {MAX_PATTERN} characters")
    reader = _Reader(source)
    text, heads, dear = reader.alternation(0)
    if reader.rest:
        raise PatternError(f"no group is open at {reader.rest[:8]!r}; write \\) for )")
    if any(head[:1] != START and len(head) < HEAD for head in heads):
        raise PatternError(
            f"begin with ^ or with {HEAD} letters, digits or signs as they are printed"
        )
    if dear.steps > MAX_STEPS:
        raise PatternError(
            f"may need {dear.steps} steps at one place of a line, at most {MAX_STEPS}; "
            "repeat less inside what is repeated, and no | there"
        )
    try:
        return Translated(re.compile(text), heads, dear.steps)
    except re.error as error:
        raise PatternError(str(error)) from error


@lru_cache(maxsize=1024)
def folded(char: str) -> str:
    """A character as ``plain`` has it."""
    return prepare([PaperLine(f"x{char}x")]).lines[0].plain[1]


def escaped(text: str) -> str:
    """Text as a pattern that matches it; runs of blanks match any."""
    words = (re.sub(r"([\\.^$*+?{}\[\]|()])", r"\\\1", w) for w in text.split(" ") if w)
    return " +".join(words)


class _Reader:
    """Reads a pattern from left to right, and writes the one that gives nothing back."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0

    @property
    def rest(self) -> str:
        return self._source[self._at :]

    def alternation(self, depth: int) -> tuple[str, frozenset[str], Cost]:
        """Branches up to the end or a ``)``; their text, literal heads and cost."""
        if depth > MAX_DEPTH:
            raise PatternError(f"at most {MAX_DEPTH} groups in each other")
        branches = [self._sequence(depth)]
        while self.rest.startswith("|"):
            self._at += 1
            branches.append(self._sequence(depth))
        if len(branches) == 1:
            return branches[0]
        text = "|".join(branch for branch, _, _ in branches)
        heads = frozenset(head for _, heads, _ in branches for head in heads)
        return f"(?>{text})", heads, cost.either([dear for _, _, dear in branches])

    def _sequence(self, depth: int) -> tuple[str, frozenset[str], Cost]:
        atoms = [*self._atoms(depth)]
        for before, after in pairwise(atoms):
            _refuse_starving(before, after)
        text = "".join(atom.text for atom in atoms)
        return text, _heads(atoms), cost.row([atom.cost for atom in atoms])

    def _atoms(self, depth: int) -> Iterator[_Atom]:
        while self.rest and self.rest[0] not in "|)":
            yield self._quantified(self._atom(depth))

    def _quantified(self, atom: _Atom) -> _Atom:
        found = _QUANTIFIER.match(self.rest)
        if found is None:
            return atom
        self._at += found.end()
        if self.rest[:1] in {"?", "+"}:
            raise PatternError("one quantifier is enough: + takes all that it can")
        if atom.captures:
            raise PatternError("a ( ) that captures cannot be repeated; write (?: )")
        if atom.anchor:
            raise PatternError("^, $ and \\b cannot be repeated")
        least, _, most = found.group(1, 2, 3)
        if max(int(least or 0), int(most or 0)) > MAX_REPEAT:
            raise PatternError(f"at most {MAX_REPEAT} times")
        fixed = least is not None and found[2] is None
        text = f"{atom.text}{found[0]}{'' if fixed else '+'}"
        return _Atom(text, atom.one, endless=not fixed, cost=_repeated(atom, found))

    def _atom(self, depth: int) -> _Atom:
        char = self._source[self._at]
        self._at += 1
        match char:
            case "(":
                return self._group(depth)
            case "[":
                return self._set()
            case "\\":
                return self._escape()
            case "^" | "$":
                heads = frozenset({START if char == "^" else ""})
                return _Atom(char, heads=heads, anchor=True, cost=cost.NOWHERE)
            case ".":
                return _Atom(".", one=".")
            case "*" | "+" | "?" | "{":
                raise PatternError(f"nothing stands before {char}; write \\{char}")
            case _:
                return _literal(char)

    def _group(self, depth: int) -> _Atom:
        opening, captures = "(", True
        if self.rest.startswith("?:"):
            opening, captures = "(?:", False
            self._at += 2
        elif named := _NAMED.match(self.rest):
            opening = f"({named[0]}"
            self._at += named.end()
        elif self.rest.startswith("?"):
            raise PatternError("of groups there are ( ), (?: ) and (?P<name> )")
        text, heads, dear = self.alternation(depth + 1)
        if not self.rest.startswith(")"):
            raise PatternError("a ( is not closed")
        self._at += 1
        captures = captures or "(?P<" in text or _captures(text)
        return _Atom(f"{opening}{text})", heads=heads, captures=captures, cost=dear)

    def _set(self) -> _Atom:
        end = self._source.find("]", self._at + 1)
        if end < 0:
            raise PatternError("a [ is not closed")
        body = self._source[self._at : end]
        self._at = end + 1
        if "[" in body:
            raise PatternError("no [ in [ ]")
        text = f"[{''.join(_in_set(body))}]"
        return _Atom(text, one=text)

    def _escape(self) -> _Atom:
        char = self.rest[:1]
        self._at += 1
        if char in _CLASSES and char:
            return _Atom(f"\\{char}", one=f"\\{char}")
        if char == "b":
            return _Atom("\\b", anchor=True, cost=cost.NOWHERE)
        if not char or char.isalnum():
            raise PatternError(f"\\{char} is not known; there are \\d \\w \\s \\b")
        return _literal(char)


def _literal(char: str) -> _Atom:
    plain = folded(char)
    text = re.escape(plain)
    return _Atom(text, one=text, literal=plain, heads=frozenset({plain}))


def _heads(atoms: Iterable[_Atom]) -> frozenset[str]:
    """The first literal characters, ``HEAD`` at most; also of a group that begins it."""
    begun = frozenset({""})
    for atom in atoms:
        begun = frozenset(_joined(head, more) for head in begun for more in atom.heads)
        if not atom.literal and not atom.anchor:
            break
    return begun


def _joined(head: str, more: str) -> str:
    return (head + more)[: HEAD + 1 if head[:1] == START else HEAD]


def _repeated(atom: _Atom, found: re.Match[str]) -> Cost:
    sign, least, ranged, most = found.group(0, 1, 2, 3)
    few = int(least) if least else int(sign == "+")
    endless = sign in {"*", "+"} or (ranged is not None and not most)
    many = cost.COLUMNS if endless else 1 if sign == "?" else int(most or least)
    return cost.run(few, many) if atom.one else cost.again(atom.cost, few, many)


def _captures(text: str) -> bool:
    return re.search(r"(?<!\\)\((?!\?)", text) is not None


def _in_set(body: str) -> Iterator[str]:
    negated = body.startswith("^")
    if negated:
        yield "^"
    for escape, char in re.findall(r"\\(.)|([^\\])", body[negated:]):
        if escape in _CLASSES and escape:
            yield f"\\{escape}"
        elif escape and escape.isalnum():
            raise PatternError(f"\\{escape} is not known in [ ]")
        else:
            shown = folded(escape or char)
            yield shown if shown == "-" and char else re.escape(shown)


def _refuse_starving(before: _Atom, after: _Atom) -> None:
    """What takes all and gives nothing back leaves nothing for its like."""
    if not before.endless or not before.one:
        return
    if before.one == "." and not after.anchor:
        raise PatternError(
            f"{before.text[:-1]} takes the rest of the line; "
            "say what it may be, [^0-9]+ or \\w+"
        )
    if after.literal and re.fullmatch(before.one, after.literal):
        raise PatternError(
            f"{before.text[:-1]} takes {after.literal!r} too and gives nothing back; "
            "leave it out, or say how many: {4}"
        )
