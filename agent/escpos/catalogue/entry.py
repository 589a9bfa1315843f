"""An entry of the catalogue, and the two lines that a table writes it in.

First line: mnemonic (and a state in brackets, when entries share their bytes) | bytes in
the command list's notation | Epson's name.  Second line: meaning (``none: reason``) |
parameters ``name=way`` | effect, in which ``{name}`` is the parameter said.

Parameters are named in the order of the parts that can have more than one value;
function numbers need no name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, Literal, NamedTuple, cast, get_args

from agent.escpos.catalogue.layout import Layout, Part
from agent.escpos.catalogue.says import Way
from agent.escpos.catalogue.ways import way

Meaning = Literal["paper", "style", "reply", "memory", "machine", "none"]
"""What a command is to us: it marks, moves or cuts the paper; sets how and where
later marks come; asks for an answer; is remembered; works the machine; or nothing."""

# How many bytes behind the length select the function, where it is not one.
_SELECTORS: Final = dict.fromkeys(
    ("GS ( C", "GS ( L", "GS 8 L", "GS ( k", "GS ( z", "GS D"), 2
)


class Entry(NamedTuple):
    """A command or one of its functions.

    ``mnemonic`` is as in the command list, ``where`` the state that it is for.
    """

    mnemonic: str
    where: str
    group: str
    notation: str
    title: str
    meaning: Meaning
    why: str
    ways: tuple[tuple[str, str], ...]
    effect: str

    @property
    def name(self) -> str:
        """The mnemonic without its function."""
        return self.mnemonic.split(" fn=")[0]


class Form(NamedTuple):
    """How an entry's bytes are read: selectors in front, and the named parts."""

    layout: Layout
    selectors: int
    named: Mapping[int, tuple[str, Way]]

    def fits(self, body: bytes) -> bool:
        """Is the function the one of this entry?"""
        chosen = tuple(self.layout.split(body))[: self.selectors]
        return all(raw and part.allows(raw) for part, raw in chosen)


@lru_cache(maxsize=512)
def form(entry: Entry) -> Form:
    """The form of an entry; ``ValueError`` when its names do not fit its bytes."""
    layout = Layout.of(entry.name, entry.notation)
    selectors = _selectors(entry, layout.parts)
    open_ = [at for at, part in enumerate(layout.parts) if not part.constant]
    if len(entry.ways) != len(open_):
        open_ = [at for at in open_ if at >= selectors]
    pairs = zip(open_, entry.ways, strict=True)
    return Form(layout, selectors, {at: (n, way(how)) for at, (n, how) in pairs})


def _selectors(entry: Entry, parts: tuple[Part, ...]) -> int:
    if " fn=" not in entry.mnemonic:
        return 0
    rest = next((at for at, p in enumerate(parts) if p.kind == "rest"), len(parts))
    return min(_SELECTORS.get(entry.name, 1), rest)


def read(tables: Mapping[str, str]) -> Iterator[Entry]:
    """The entries of tables by group; ``ValueError`` when one is badly written."""
    for group, table in tables.items():
        lines = [line for line in table.splitlines() if line]
        for first, second in zip(lines[::2], lines[1::2], strict=True):
            yield _entry(group, first, second)


def _entry(group: str, first: str, second: str) -> Entry:
    key, notation, title = first.split(" | ")
    meaning, ways, effect = (part.strip(" |") for part in second.split("| ", 2))
    kind, _, why = meaning.partition(": ")
    mnemonic, _, where = key.removesuffix("]").partition(" [")
    if kind not in get_args(Meaning) or (kind == "none") != bool(why):
        raise ValueError(f"{key}: no meaning {meaning!r}")
    return Entry(
        mnemonic,
        where,
        group,
        notation,
        title,
        cast("Meaning", kind),
        why,
        tuple((n, how) for n, _, how in (w.partition("=") for w in _ways(ways))),
        effect,
    )


def _ways(written: str) -> list[str]:
    return written.split(", ") if written else []
