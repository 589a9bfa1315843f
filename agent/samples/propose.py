"""A profile proposed from sample papers of one POS: what is constant, what stands where.

What all papers agree on is written; what only some show, or what is guessed, is written
as a comment.  The paper's text is a stranger's, so it is cleaned and quoted.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from agent.letters.view import clean
from agent.profiles.model import MerchantFacts, Profile
from agent.profiles.pattern import PatternError, compiled, escaped, folded
from agent.samples.columns import columns_of
from agent.samples.paper import Sample
from agent.samples.score import score
from agent.wire.receipt import Receipt

WIDTHS: Final = (32, 40, 42, 48, 56, 64)
MAX_COMMENTS: Final = 12
HEAD_WORDS: Final = 2
"""Before a value: ``Servi par``."""
FIELDS: Final = ("number", "store", "till", "operator", "loyalty_card")
MERCHANT: Final = ("name", "address", "phone", "siret", "vat_id", "naf")
_CLOCK: Final = r"(?P<hour>\d{2})[:H](?P<minute>\d{2})"


@dataclass(frozen=True, slots=True)
class Seen:
    """A sample, what the generic reading makes of it, and its code pages (ESC t)."""

    sample: Sample
    receipt: Receipt
    pages: tuple[int, ...] = ()

    @property
    def lines(self) -> list[str]:
        return [line.text.rstrip() for line in self.sample.lines]


def proposal(seen: Sequence[Seen], name: str) -> str:
    """The TOML of a profile; it can be loaded as it is."""
    return "\n".join(_lines(seen, name)) + "\n"


def _lines(seen: Sequence[Seen], name: str) -> Iterator[str]:
    sure = len(seen) > 1
    yield f"# Proposed from {len(seen)} papers.  What begins with # is a guess: look at it,"
    yield "# uncomment what is right, then: receipt-agent profile test THIS_FILE JOB..."
    if not sure:
        yield "# One paper shows what there is, not what stays the same: give more."
    yield 'schema = "profile/1"'
    yield f"name = {_quoted(name)}"
    yield ""
    yield from _paper(seen)
    yield from _merchant(seen, sure=sure)
    yield from _fields(seen, sure=sure)
    yield from _columns(seen, sure=sure)
    yield from _reading(seen)
    yield from _rest()


def _paper(seen: Sequence[Seen]) -> Iterator[str]:
    widest = max((len(line) for each in seen for line in each.lines), default=0)
    width = next((width for width in WIDTHS if width >= widest), None)
    pages = sorted({page for each in seen for page in each.pages})
    yield "[paper]"
    yield f"# The widest line has {widest} columns."
    yield f"columns = {width}" if width else "#columns = 48"
    if pages:
        chosen = ", ".join(map(str, pages))
        yield f"# The jobs choose their code page themselves (ESC t {chosen})."
    yield "# What the printer wakes up in, if a job does not say:"
    yield f"#code_page = {pages[0] if pages else 0}"
    yield ""


def _merchant(seen: Sequence[Seen], *, sure: bool) -> Iterator[str]:
    yield "[merchant]"
    for key in MERCHANT:
        values = Counter(getattr(each.receipt.merchant, key) for each in seen)
        value, count = values.most_common(1)[0]
        if not value:
            yield f"#{key} = {'[]' if key == 'address' else _quoted('')}"
            continue
        certain = sure and count == len(seen) and _may_stand(key, value)
        mark = "" if certain else "#"
        written = (
            f"[{', '.join(map(_quoted, value))}]"
            if isinstance(value, tuple)
            else _quoted(value)
        )
        yield f"{mark}{key} = {written}"
    heads = list(_constant(seen, lambda each: each.lines[:12]))
    if heads:
        yield "# Every paper begins with:"
        yield from (f"#   {clean(line)}" for line in heads[:MAX_COMMENTS])
    yield ""


def _may_stand(key: str, value: Any) -> bool:
    """A number that a paper has wrong is for a person to put right."""
    try:
        MerchantFacts.model_validate({key: value})
    except ValidationError:
        return False
    return True


def _fields(seen: Sequence[Seen], *, sure: bool) -> Iterator[str]:
    yield "[fields]"
    yield "# The first line that matches; ( ) is what is wanted.  Capitals and accents do"
    yield "# not matter; a quantifier takes all it can and gives nothing back."
    for key in FIELDS:
        found = [_place(each, key) for each in seen]
        patterns = Counter(pattern for pattern in found if pattern)
        if not patterns:
            yield f"#{key} = '...(\\d+)'"
            continue
        pattern, count = patterns.most_common(1)[0]
        mark = "" if sure and count == len(seen) else "#"
        yield f"{mark}{key} = {_quoted(pattern)}"
    yield r"#date = '^(?P<day>\d{2})/(?P<month>\d{2})/(?P<year>\d{4})'"
    yield f"#time = {_quoted(f'^{_CLOCK}')}"
    yield ""


def _place(seen: Seen, key: str) -> str | None:
    """A pattern for where the value stands, if it finds just that."""
    value = getattr(seen.receipt, key)
    if not value:
        return None
    whole = re.compile(rf"(?<!\w){re.escape(value)}(?!\w)")
    for line in seen.lines:
        for hit in whole.finditer(line):
            pattern = _pattern(line, hit.start(), value)
            if pattern and _finds(pattern, seen) == value:
                return pattern
    return None


def _pattern(line: str, at: int, value: str) -> str | None:
    """The words before it, without what may change, and its characters."""
    plain = re.search(r"\D*$", line[:at])
    before = plain[0] if plain else ""
    digits = value.isdigit() and value.isascii()
    wanted = r"(\d+)" if digits else r"([0-9A-Z][0-9A-Z./-]*)"
    words = before.split()[-HEAD_WORDS:]
    blanks = " *" if before.endswith(" ") and words else ""
    pattern = f"{escaped(' '.join(words)) or '^'}{blanks}{wanted}"
    try:
        compiled(pattern)
    except PatternError:
        return None
    return pattern


def _finds(pattern: str, seen: Seen) -> str | None:
    """What it finds first on that paper."""
    for line in seen.lines:
        plain = "".join(map(folded, line)) if line else ""
        hit = compiled(pattern).search(plain)
        if hit:
            return line[hit.start(1) : hit.end(1)]
    return None


def _columns(seen: Sequence[Seen], *, sure: bool) -> Iterator[str]:
    """Written where the rows agree and no paper is read worse with them."""
    yield "# Where the numbers of a row of goods stand; places are counted from 1."
    found = columns_of([each.sample.lines for each in seen])
    if found is None:
        yield "#[columns]"
        yield "#quantity = { from = 1, to = 4, align = 'right' }"
        yield "#label = { from = 6, to = 30 }"
        yield "#unit_price = { from = 32, to = 38, align = 'right' }"
        yield "#amount = { from = 40, to = 48, align = 'right' }"
        yield ""
        return
    table = {"schema": "profile/1", "name": "x", "columns": found.columns}
    tried = Profile.model_validate(table)
    worse = score((each.sample for each in seen), tried, truth=False).worse
    mark = "" if sure and found.papers > 1 and not worse else "#"
    yield f"# {found.rows} rows of {found.papers} papers multiply in these:"
    if worse:
        yield "# With them something is lost that is read without."
    yield f"{mark}[columns]"
    for name, span in found.columns.items():
        said = ", ".join(f"{key} = {_written(value)}" for key, value in span.items())
        yield f"{mark}{name} = {{ {said} }}"
    yield ""


def _written(value: int | str) -> str:
    return _quoted(value) if isinstance(value, str) else str(value)


def _reading(seen: Sequence[Seen]) -> Iterator[str]:
    yield "[reading]"
    yield "# Lines without an amount that say nothing about the sale:"
    said = list(_constant(seen, lambda each: each.lines[12:]))
    shown = [
        line
        for line in said
        if re.search(r"[^\W\d]{3}", line) and not re.search(r"\d[.,]\d\d", line)
    ]
    yield "#noise = ["
    for line in shown[:MAX_COMMENTS]:
        yield f"#  {_quoted('^ *' + escaped(clean(line).strip()))},"
    yield "#]"
    yield "# With which line something else begins than the sale (loyalty, advertising):"
    yield "#tail = '^ *VOS AVANTAGES'"
    yield "# Your own words for: total subtotal discount rounding change count card cash"
    yield "# cheque meal_voucher gift_card voucher"
    yield "#[[reading.words]]"
    yield "#pattern = '^ *SOMME DUE'"
    yield "#means = 'total'"
    yield ""


def _rest() -> Iterator[str]:
    yield "# Papers that are printed at once, by what stands on them."
    yield "#[kinds]"
    yield "#kitchen = ['^ *BON CUISINE']"
    yield ""
    yield "# Goods under legal guarantee (C. conso., art. D. 211-7): paper, unless the"
    yield "# customer agrees to do without.  Article numbers or their beginnings; words."
    yield "#[guarantee]"
    yield "#gtins = ['376012345']"
    yield "#words = ['^ *ELECTROMENAGER']"


def _constant(seen: Sequence[Seen], part: Callable[[Seen], list[str]]) -> Iterator[str]:
    """Lines with letters that stand on every paper, in the order of the first."""
    others = [set(each.lines) for each in seen[1:]]
    for line in dict.fromkeys(part(seen[0])):
        if re.search(r"[^\W\d]{2}", line) and all(line in other for other in others):
            yield line


def _quoted(text: str) -> str:
    r"""As TOML: in single quotes, where a \ is a \; else in double ones."""
    shown = clean(text)
    return f"'{shown}'" if "'" not in shown else json.dumps(shown, ensure_ascii=False)
