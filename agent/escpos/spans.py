"""Many small tokens that play one part, read as one.

Who splits a stream into jobs needs no object for every line feed.  What plays
the same part comes out as one :class:`Span`, found by one match of a regex; what
has a part of its own (a cut, a pulse, a question, a picture) comes out as the
token that it is.  Spans begin and end where tokens do, so one that can't be
taken whole is cut up again by :func:`tokens_of`.

* ``MARK``: a text that is not blank, and all behind it that leaves a document
  what it is: lines, feeds, styles, ESC @, ignored control bytes.
* ``FEED``: line feeds, with blanks and padding between them.
* ``SETTING``: one, and all behind it that a prepared job takes along: the above
  without ESC @, which may begin another one.
* ``ASK``, ``CUT``, ``INIT``, ``SELECT``, ``KICK``, ``BLANK``: what is of that part only;
  ``BLANK | NOISE``: blanks, each with padding behind it.

Like the tokeniser it holds back text and ignored control bytes until their end
is seen, so that every chunking gives the same answers.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Final, NamedTuple

from agent.escpos.grammar import (
    IGNORED,
    LEADS,
    MAX_RUN_BYTES,
    NONE,
    PLAIN,
    ROWS,
    SMALL,
    TEXT,
    chosen_pattern,
    fixed_pattern,
)
from agent.escpos.roles import PROBE, Role, lines_fed, role_by_name
from agent.escpos.tokens import Token, Tokeniser, small


class Span(NamedTuple):
    """Whole tokens that together play the part ``role``.

    ``lines`` were fed behind the last mark in it.  ``ahead`` is the little that
    shows where its last token ends.
    """

    role: int
    raw: bytes
    at: int
    lines: int
    ahead: bytes


Item = Token | Span


def _playing(roles: int) -> bytes:
    return fixed_pattern(row for row in ROWS.values() if role_by_name(row.name) & roles)


_NONE: Final = b"(?!" + re.escape(PROBE) + b")(?:" + NONE + b")"
# Bounded: what has no end in sight is looked through once, not once per token.
_SOME: Final = b"{0,%d}" % MAX_RUN_BYTES
_WORDS: Final = (
    rb"\x20" + _SOME + rb"+[\x21-\xff]" + TEXT + _SOME + rb"+(?=[\x00-\x1f])"
)
_CONTROL: Final = IGNORED + b"{1,%d}+" % MAX_RUN_BYTES + rb"(?!\Z)"
_FED: Final = b"(?:" + _playing(Role.FEED) + b")"
_BESIDE: Final = b"|".join(
    (
        rb"\n++",
        rb"\x20{1,%d}+(?=[\x00-\x1f])" % MAX_RUN_BYTES,
        _playing(Role.BLANK | Role.FEED | Role.SETTING),
        _CONTROL,
        _NONE,
    )
)
_STYLED: Final = b"(?:" + _BESIDE + b"|" + _playing(Role.INIT) + b")*+"
_SPANS: Final = {
    Role.MARK: _WORDS + b"(?:" + _STYLED + _WORDS + b")*+(" + _STYLED + b")",
    Role.FEED: rb"((?:[\t\x20]%b%b)(?:[\x00\t\x20]%b%b)*+)"
    % (_SOME, _FED, _SOME, _FED),
    Role.SETTING: b"((?:%b|%b|(?!\0)%b)(?:%b)*+)"
    % (_playing(Role.SETTING), _NONE, _CONTROL, _BESIDE),
    Role.ASK: b"((?:%b|%b)++)" % (_playing(Role.ASK), chosen_pattern([b"\x10\x04"])),
    Role.CUT: b"((?:%b|%b)++)" % (_playing(Role.CUT), chosen_pattern([b"\x1dV"])),
    Role.INIT: b"((?:" + _playing(Role.INIT) + b")++)",
    Role.SELECT: b"((?:" + _playing(Role.SELECT) + b")++)",
    Role.KICK: b"((?:" + _playing(Role.KICK) + b")++)",
    Role.BLANK | Role.NOISE: rb"((?:[\t\x20]%b[\t\x20]\x00{1,%d}+(?!%b|\Z))++)"
    % (_SOME, MAX_RUN_BYTES, IGNORED),
    Role.BLANK: rb"((?:\x20%b\t)++)" % _SOME,
}
_COUNTED: Final = 3
"""The groups up to this one hold what feeds lines."""

_AHEAD_BYTES: Final = 2
"""A lead-in that stands alone is known by two more: ESC GS is no command before t."""

_ROLES: Final = (0, *_SPANS)
"""By the number of the group that matched."""

_SKIM: Final = re.compile(b"|".join([*_SPANS.values(), SMALL]))
_MAY_FEED: Final = re.compile(rb"\n|\x1b[dJ]")
_FEEDS: Final = re.compile(rb"(\n|\x1b[dJ](?s:.))|" + SMALL)
_RUNS: Final = frozenset(
    byte for byte in range(256) if re.match(TEXT + b"|" + IGNORED, bytes((byte,)))
)
"""What may go on in the bytes to come."""


def _lines(raw: bytes) -> int:
    if not _MAY_FEED.search(raw):
        return 0
    if LEADS.isdisjoint(raw):
        return raw.count(b"\n")
    fed: list[bytes] = _FEEDS.findall(raw)
    return sum(map(lines_fed, filter(None, fed)))


def tokens_of(span: Span) -> list[Token]:
    """What the tokeniser makes of the same bytes."""
    tokens = small(PLAIN.findall(span.raw + span.ahead), span.at)
    end = span.at + len(span.raw)
    while tokens[-1].at >= end:
        tokens.pop()
    return tokens


class Skimmer(Tokeniser):
    """A tokeniser that also answers in spans."""

    def skim(self, data: bytes) -> list[Item]:
        """Take bytes in; return every span and token that is complete now."""
        items: list[Item] = []
        self._take(data, partial(self._spans, items), items.append)
        self._note(items)
        return items

    def _spans(self, items: list[Item], data: bytes, pos: int) -> int:
        """Read up to a lead-in that the pattern alone can't finish."""
        while found := _SKIM.match(data, pos):
            raw, at = found[0], self._at + pos
            end = pos + len(raw)
            if role := _ROLES[group := found.lastindex or 0]:
                lines = _lines(found[group]) if group <= _COUNTED else 0
                items.append(Span(role, raw, at, lines, data[end : end + _AHEAD_BYTES]))
            elif end == len(data) and len(raw) < MAX_RUN_BYTES and raw[0] in _RUNS:
                self._need = len(raw) + 1
                break
            else:
                items += small([raw], at)
            pos = end
        return pos
