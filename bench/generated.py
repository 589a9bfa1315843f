"""How well papers are read whose truth is known because they were made up.

``python -m bench.generated --seeds A..B``: accuracy of every field by layout, items, totals,
what the verdict proves, kinds, which axes cost most, the worst seeds, time.
``--only SEED``: that paper, predicted beside true.  ``--layout NAME`` keeps to one layout.
``--bytes`` reads ESC/POS in place of lines.
"""

from __future__ import annotations

import argparse
import difflib
import re
import statistics
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from agent.escpos.interpret import interpret
from agent.escpos.settings import Printer
from agent.paper import text
from agent.paper.strip import PaperLine
from agent.receipt.read import read
from agent.wire.flat import prediction
from agent.wire.receipt import Level, Receipt
from hardware_sim.papers.axes import BROKEN
from hardware_sim.papers.encode import DIALECTS, encode
from hardware_sim.papers.generate import generate
from hardware_sim.papers.layouts import LAYOUTS
from hardware_sim.papers.sheet import Paper

MONEY: Final = ("total", "subtotal", "tax", "change")
FIELDS: Final = (
    *MONEY, "date", "company", "address", "time", "receipt_no", "till", "cashier", "siret", "vat_id", "phone",
    "loyalty", "n_items", "doc_type", "payments", "vat", "items",
)  # fmt: skip
SHOWN: Final = (
    "total", "items", "doc_type", "date", "time", "payments", "vat", "company", "address", "receipt_no", "n_items",
)  # fmt: skip
_HEADS: Final = {"receipt_no": "number", "payments": "paid", "doc_type": "kind", "items": "rec.ok"}  # fmt: skip
WORST: Final = 20
WEIGHT: Final = {"total": 8, "doc_type": 5, "items": 4, "payments": 2, "vat": 2}


def squeezed(value: object) -> str:
    folded = unicodedata.normalize("NFD", str(value).lower())
    return re.sub(r"[^a-z0-9]", "", folded)


def alike(one: object, other: object) -> float:
    short, long = sorted((squeezed(one), squeezed(other)), key=len)
    if short and short in long and 2 * len(short) >= len(long):
        return 0.95
    return difflib.SequenceMatcher(None, short, long, autojunk=False).ratio()


@dataclass(frozen=True, slots=True)
class Items:
    """True and told line of each that was found; what was missed, what was made up."""

    found: tuple[tuple[dict[str, Any], dict[str, Any]], ...]
    missed: tuple[str, ...]
    invented: tuple[str, ...]


def match(truth: dict[str, Any], told: Sequence[dict[str, Any]]) -> Items:
    """One to one: the same amount, and a like name unless it is taken off.

    Discounts below the subtotal may be told as items or not.
    """
    left = [item for item in told if Decimal(item["amount"])]
    missed, found = [], []
    for true in truth["items"]:
        rank = {
            n: alike(i["name"], true["name"])
            for n, i in enumerate(left)
            if i["amount"] == true["amount"]
        }
        best = max(rank, key=lambda n: rank[n], default=None)
        if best is not None and (rank[best] >= 0.55 or true["amount"][0] == "-"):
            found.append((true, left.pop(best)))
        else:
            missed.append(f"{true['name']} {true['amount']}")
    below = {row["amount"] for row in truth.get("discounts", [])}
    invented = tuple(
        f"{i['name']} {i['amount']}" for i in left if i["amount"] not in below
    )
    return Items(tuple(found), tuple(missed), invented)


@dataclass(frozen=True, slots=True)
class Scored:
    """One paper: which labelled fields are right."""

    paper: Paper
    receipt: Receipt
    told: dict[str, Any]
    right: dict[str, bool]
    items: Items | None
    cpu_ms: float

    @property
    def fine(self) -> bool:
        return self.right.get("total", True) and self.right.get("items", True)

    @property
    def badness(self) -> int:
        wrong = (name for name, right in self.right.items() if not right)
        return sum(WEIGHT.get(name, 1) for name in wrong)

    def reason(self) -> str:
        """What is wrong with it, in one line."""
        wrong = [n for n, right in self.right.items() if not right and n != "items"]
        said = [
            f"{n} {_short(self.told.get(n))} not {_short(self.paper.truth.get(n))}"
            for n in wrong
        ]
        if self.items and (self.items.missed or self.items.invented):
            lost, more = self.items.missed[:2], self.items.invented[:2]
            said.append(f"items -{list(lost)} +{list(more)}")
        tried = self.receipt.verdict.equations
        failed = [f"{e.name}:{e.gap}" for e in tried if not e.holds]
        return "; ".join(said) + (f" [{' '.join(failed)}]" if failed else "")


def _short(value: object) -> str:
    shown = (
        " ".join(str(row.get("amount") or row.get("vat")) for row in value)
        if isinstance(value, list)
        else str(value)
    )
    return shown[:40]


def _is_right(name: str, truth: dict[str, Any], told: dict[str, Any]) -> bool:
    said, true = told.get(name), truth[name]
    if said is None:
        return False
    same = _SAME.get(name, lambda a, b: squeezed(a) == squeezed(b))
    return any(same(said, one) for one in (true, *truth.get(f"{name}_ok", [])))


_SAME: Final[dict[str, Callable[[Any, Any], bool]]] = {
    **dict.fromkeys((*MONEY, "date"), lambda a, b: a == b),
    "company": lambda a, b: alike(a, b) >= 0.80,
    "address": lambda a, b: alike(a, b) >= 0.75,
    "time": lambda a, b: str(a)[:5] == b,
    "payments": lambda a, b: _tenders(a) == _tenders(b),
    "vat": lambda a, b: _taxes(a) == _taxes(b),
}
"""As the corpus' scorer compares them."""


def _tenders(rows: Any) -> list[tuple[str, str]]:
    return sorted((row["type"], row["amount"]) for row in rows)


def _taxes(rows: Any) -> list[tuple[Decimal, str]]:
    return sorted(
        (Decimal(r["rate"]), r["vat"]) for r in rows if r["rate"] and r["vat"]
    )


def score(seed: int, layout: str, *, by_bytes: bool, land: str = "") -> Scored:
    """Generate, read, compare."""
    paper = generate(seed, layout=layout, land=land)
    lines = tuple(PaperLine(line) for line in paper.lines)
    symbols: Any = ()
    if by_bytes:
        dialect = DIALECTS[seed % len(DIALECTS)]
        strip = interpret(encode(paper, dialect, paper.axes["code_page"]), Printer())
        lines, symbols = text.lines(strip), text.symbols(strip)
    start = time.process_time()
    receipt = read(lines, symbols, country=paper.country)
    cpu_ms = (time.process_time() - start) * 1000
    told = prediction(receipt)
    for item, read_as in zip(told["items"], receipt.items, strict=True):
        item["kind"] = read_as.kind
    labelled = [n for n in FIELDS if n in paper.truth and n != "items"]
    right: dict[str, bool] = {n: _is_right(n, paper.truth, told) for n in labelled}
    matched = None
    if "items" in paper.truth:
        matched = match(paper.truth, told["items"])
        right["items"] = not (matched.missed or matched.invented)
    return Scored(paper, receipt, told, right, matched, cpu_ms)


# -- the report -------------------------------------------------------------------


def report(scored: Sequence[Scored]) -> None:
    _accuracy("layout", scored, lambda one: one.paper.layout)
    print()
    _accuracy("country", scored, lambda one: one.paper.axes["land"])
    others = [field for field in FIELDS if field not in SHOWN]
    print("\nothers: " + "  ".join(f"{name} {_rate(scored, name)}" for name in others))
    print(
        "of items found: "
        + "  ".join(f"{part} {_part(scored, part)}" for part in _PARTS)
    )
    _verdicts([one for one in scored if "items" in one.paper.truth])
    _listed("kinds mistaken", scored, _mistaken)
    _listed("symptoms", scored, _symptoms)
    _axes([one for one in scored if {"items", "total"} & one.right.keys()])
    print(f"\nthe {WORST} worst seeds")
    for one in sorted(scored, key=lambda s: -s.badness)[:WORST]:
        where = f"{one.paper.layout:<16}{one.paper.axes['land']:<6}"
        print(f"  {one.paper.seed:>6} {where} {one.reason()[:230]}")
    ms = sorted(one.cpu_ms for one in scored)
    p50, p99 = statistics.median(ms), ms[int(0.99 * (len(ms) - 1))]
    print(f"\nCPU ms per receipt: p50 {p50:.2f}, p99 {p99:.2f}, worst {ms[-1]:.2f}")


def _accuracy(
    what: str, scored: Sequence[Scored], key: Callable[[Scored], str]
) -> None:
    groups: dict[str, list[Scored]] = defaultdict(list)
    for one in scored:
        groups[key(one)].append(one)
    heads = "".join(f"{_HEADS.get(name, name)[:8]:>9}" for name in SHOWN)
    print(f"{what:<20}{'n':>6}{heads}{'item F1':>9}")
    for name, ones in (("ALL", scored), *sorted(groups.items())):
        cells = "".join(f"{_rate(ones, field):>9}" for field in SHOWN)
        print(f"{name:<20}{len(ones):>6}{cells}{_f1(ones):>9}")


def _rate(scored: Sequence[Scored], field: str) -> str:
    held = [one.right[field] for one in scored if field in one.right]
    return f"{sum(held) / len(held):.3f}" if held else "-"


def _f1(scored: Sequence[Scored]) -> str:
    found = [one.items for one in scored if one.items]
    both = sum(2 * len(i.found) + len(i.missed) + len(i.invented) for i in found)
    return f"{2 * sum(len(i.found) for i in found) / both:.4f}" if both else "-"


_PARTS: Final[dict[str, Callable[[Any], Any]]] = {
    "qty": lambda qty: Decimal(qty or 1),
    "unit_price": str,
    "vat_code": str,
    "kind": str,
}


def _part(scored: Sequence[Scored], part: str) -> str:
    """How often it is right on lines that print it; one piece is no quantity."""
    pairs = [pair for one in scored if one.items for pair in one.items.found]
    said = [(t[part], p[part]) for t, p in pairs if t[part] not in {None, "1"}]
    same = _PARTS[part]
    return f"{sum(same(t) == same(p) for t, p in said) / max(1, len(said)):.3f}"


def _seeds(scored: Iterable[Scored], most: int = 10) -> list[int]:
    return [one.paper.seed for one in scored][:most]


def _levels(scored: Sequence[Scored]) -> str:
    seen = Counter(one.receipt.verdict.level for one in scored)
    return "  ".join(f"{level.value} {seen[level]}" for level in Level)


def _verdicts(scored: Sequence[Scored]) -> None:
    sound = [one for one in scored if "must_flag" not in one.paper.truth]
    proven = [one for one in sound if one.receipt.verdict.level is Level.V2]
    for what, false in (
        ("total", [one for one in proven if not one.right["total"]]),
        ("total and items", [one for one in proven if not one.fine]),
    ):
        share = 1 - len(false) / max(1, len(proven))
        print(f"{what} right when proven {share:.4f}   not {_seeds(false)}")
    print(
        f"sound papers {len(sound)}: {_levels(sound)}, coverage {len(proven) / max(1, len(sound)):.3f}"
    )
    for how in BROKEN:
        those = [one for one in scored if one.paper.truth.get("broken") == how]
        missed = [one for one in those if one.receipt.verdict.level is not Level.V0]
        print(
            f"broken, {how:<13}{len(those):>4}: {_levels(those)}   not flagged {_seeds(missed)}"
        )
    failing = Counter(
        e.name for o in sound for e in o.receipt.verdict.equations if not e.holds
    )
    print(f"equations that fail on sound papers: {dict(failing.most_common())}")


def _listed(
    what: str, scored: Sequence[Scored], naming: Callable[[Scored], Iterable[str]]
) -> None:
    """Papers by what is said of them, the most frequent first."""
    groups: dict[str, list[Scored]] = defaultdict(list)
    for one in scored:
        for name in naming(one):
            groups[name].append(one)
    print(f"\n{what}")
    for name, ones in sorted(groups.items(), key=lambda pair: -len(pair[1]))[:30]:
        print(f"  {len(ones):>4}  {name:<56} {_seeds(ones)}")


def _mistaken(one: Scored) -> Iterator[str]:
    if not one.right["doc_type"]:
        yield f"{one.paper.layout}: {one.paper.truth['doc_type']} read as {one.told['doc_type']}"


def _symptoms(one: Scored) -> Iterator[str]:
    """What went wrong with the sums, as far as the outcome tells."""
    truth, told = one.paper.truth, one.told
    if not one.right.get("total", True):
        tenders = {row["amount"] for row in truth.get("payments", [])}
        if told["total"] is None:
            yield "no total"
        elif told["total"] in tenders:
            yield "the total is a tender"
        else:
            yield (
                "the total is the subtotal"
                if told["total"] == truth.get("subtotal")
                else "another total"
            )
    if one.items is None or one.right["items"]:
        return
    missed = {line.rsplit(" ", 1)[1] for line in one.items.missed}
    invented = {line.rsplit(" ", 1)[1] for line in one.items.invented}
    signs = (
        ("items: a label of another line", missed & invented),
        ("items: lines lost", missed - invented),
        ("items: lines made up", invented - missed),
        ("items: none at all", not told["items"]),
    )
    yield from (name for name, holds in signs if holds)


def _axes(held: Sequence[Scored]) -> None:
    """Which values of which axes have the most papers wrong beyond what all have."""
    print(
        "\naxes that cost most: papers with a wrong total or items beyond the average"
    )
    base = sum(not one.fine for one in held) / max(1, len(held))
    groups: dict[str, list[Scored]] = defaultdict(list)
    for one in held:
        for axis, value in one.paper.axes.items():
            groups[f"{axis} = {value}"].append(one)
    bad = {name: [one for one in ones if not one.fine] for name, ones in groups.items()}
    excess = {name: len(bad[name]) - base * len(ones) for name, ones in groups.items()}
    for name, more in sorted(excess.items(), key=lambda pair: -pair[1])[:14]:
        counts = f"{len(bad[name]):>4} of {len(groups[name]):<5} (+{more:.0f})"
        print(f"  {name:<34} {counts}  {_seeds(bad[name], 7)}")


def show(one: Scored) -> None:
    """The paper, and every field predicted beside true."""
    paper = one.paper
    print(f"seed {paper.seed}, {paper.columns} columns, {paper.axes}\n")
    print("\n".join(paper.lines), "\n")
    for name in FIELDS:
        if name in paper.truth and name != "items":
            mark = " " if one.right[name] else "!"
            said = f"{mark} {name:<11} {one.told.get(name)!s:<44}"
            print(said, "true", paper.truth[name])
    print("\n".join(_compared(one)))
    verdict = one.receipt.verdict
    sums = "  ".join(
        f"{e.name} {'holds' if e.holds else f'gap {e.gap}'}" for e in verdict.equations
    )
    print(f"\n{verdict.level.value}  {sums}\n{one.reason()}")


def _compared(one: Scored) -> Iterator[str]:
    true = map(_row, one.paper.truth.get("items", []))
    yield from difflib.ndiff([*true], [*map(_row, one.told["items"])])


def _row(item: dict[str, Any]) -> str:
    return f"{item['qty'] or ''}|{item['name']}|{item['amount']}|{item['vat_code']}|{item['kind']}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", default="0..1000", help="A..B, without B")
    parser.add_argument("--only", type=int, help="show one seed")
    parser.add_argument("--layout", choices=sorted(LAYOUTS), default="")
    parser.add_argument("--bytes", action="store_true", help="through ESC/POS")
    parser.add_argument("--land", default="", help="all papers from there, also abroad")
    options = parser.parse_args()
    how = {"by_bytes": options.bytes, "land": options.land}
    if options.only is not None:
        show(score(options.only, options.layout, **how))
        return
    seeds = range(*map(int, options.seeds.split("..")))
    report([score(seed, options.layout, **how) for seed in seeds])


if __name__ == "__main__":
    main()
