"""How well everything is read that is not money: which field, which language, which kind.

``python -m bench.fields --seeds A..B [--bytes] [--land LAND] [--wrong FIELD]``: the rate of
every field by country, and which kind was taken for which.  A field is scored where its
truth stands on the paper; ``no_company`` and the like where it does not, and must stay
empty.

``python -m bench.fields --lies --seeds A..B [--land LAND]``: every seed whose sums close once
with each figure wrong, the level of each, and the seeds that are proven all the same.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from agent.receipt.read import from_text
from agent.wire.fiscal import Fiscal
from agent.wire.receipt import DocKind, Level, Merchant, Receipt
from bench.generated import Scored, score, squeezed
from hardware_sim.papers.axes import BROKEN
from hardware_sim.papers.generate import generate
from hardware_sim.papers.sheet import Paper

WRONG_SHOWN: Final = 25

_DOCUMENTS: Final = {
    "void": DocKind.VOID, "cash_in": DocKind.CASH_REPORT, "cash_out": DocKind.CASH_REPORT,
    "settlement": DocKind.CASH_REPORT, "drawer": DocKind.DRAWER, "test_page": DocKind.TEST_PAGE,
    "label": DocKind.LABEL, "queue": DocKind.OTHER, "exit": DocKind.EXIT_SLIP,
    "invoice": DocKind.INVOICE,
}  # fmt: skip
_REGIMES: Final = {
    "NF525": "nf525", "TSE": "tse", "RKSV": "rksv", "ATCUD": "atcud", "VERIFACTU": "verifactu",
    "RT": "rt", "GKS": "control_unit",
}  # fmt: skip


def true_kind(paper: Paper) -> DocKind:
    """The kind in our words, finer than the corpora's."""
    document = str(paper.truth.get("document"))
    return _DOCUMENTS.get(document) or DocKind(paper.truth["doc_type"])


def compared(one: Scored) -> Iterator[tuple[str, bool]]:
    """Every field of a paper, and whether it was read."""
    paper, receipt, truth = one.paper, one.receipt, one.paper.truth
    yield "kind", receipt.kind is true_kind(paper)
    yield from ((n, ok) for n, ok in one.right.items() if n in _SCORED)
    for name in _NUMBERS & truth.keys():
        yield name, _ends_alike(one.told.get(name), truth[name])
    for name, read in _PLAIN.items():
        if name in truth:
            yield name, squeezed(read(receipt)) == squeezed(truth[name])
    yield from _linked(truth, receipt)
    yield from _empty(paper, receipt)
    yield from _marked(truth, receipt)
    if "fiscal" in truth:
        yield from _fiscal(truth["fiscal"], receipt.fiscal or Fiscal())


def _marked(truth: dict[str, Any], receipt: Receipt) -> Iterator[tuple[str, bool]]:
    """Lists: balances, mentions, symbols, slips."""
    if "balances" in truth:
        yield "balances", _balances(receipt) == [tuple(b) for b in truth["balances"]]
    for mention in sorted(set(truth.get("mentions", []))):
        yield f"mention {mention}", mention in receipt.mentions
    if receipt.codes:
        roles = [code["role"] for code in truth.get("codes", [])]
        yield "code roles", [code.role for code in receipt.codes] == roles
    if "slip" in truth:
        attached = (each.kind for each in receipt.attachments)
        yield "slip split off", DocKind.CARD_SLIP in attached


def _ends_alike(said: str | None, true: str) -> bool:
    """As the corpus' scorer: a series before the number may be told or not."""
    ours, theirs = squeezed(said or ""), squeezed(true)
    short, long = sorted((ours, theirs), key=len)
    return ours == theirs or (len(short) >= 3 and long.endswith(short))


def _points(receipt: Receipt) -> int | None:
    balances = receipt.loyalty.balances if receipt.loyalty else ()
    return next((b.points for b in balances if b.points is not None), None)


_SCORED: Final = frozenset(
    {"company", "address", "date", "time", "phone", "siret", "vat_id", "loyalty", "n_items", "doc_type"}
)  # fmt: skip
_NUMBERS: Final = frozenset({"receipt_no", "till", "cashier"})
_PLAIN: Final[Mapping[str, Callable[[Receipt], object]]] = {
    "naf": lambda receipt: receipt.merchant.naf,
    "store": lambda receipt: receipt.store,
    "n_lines": lambda receipt: receipt.line_count,
    "loyalty_points": _points,
    "annulled_by": lambda receipt: receipt.links.annulled_by,
    "modifies": lambda receipt: receipt.links.modifies,
}


def _balances(receipt: Receipt) -> list[tuple[str, int | None]]:
    balances = receipt.loyalty.balances if receipt.loyalty else ()
    return [(b.role, b.amount) for b in balances if b.amount is not None]


def _linked(truth: dict[str, Any], receipt: Receipt) -> Iterator[tuple[str, bool]]:
    if "annuls" in truth:
        said = receipt.links.annuls or receipt.links.returns_of or ""
        yield "annuls", squeezed(said) == squeezed(truth["annuls"])
    else:
        yield "no annuls", receipt.links.annuls is None


def _empty(paper: Paper, receipt: Receipt) -> Iterator[tuple[str, bool]]:
    """What is not printed is not said."""
    truth, said = paper.truth, receipt.merchant
    headed = paper.axes["merchant"] == "logo" and "address" in truth
    if headed and "slip" not in truth:
        yield "no company", said.name is None
    values = {"vat_id": said.vat_id, "naf": said.naf}
    if "slip" not in truth and "slip" not in paper.layout:
        values["siret"] = said.siret  # a terminal prints it as well
    yield from ((f"no {n}", v is None) for n, v in values.items() if n not in truth)


def _fiscal(true: dict[str, Any], said: Fiscal) -> Iterator[tuple[str, bool]]:
    yield "regime", said.regime == _REGIMES[true["scheme"]]
    pairs = (
        ("signature", said.signature), ("certificate", said.certificate), ("software", said.software),
        ("version", said.software_version), ("lines", said.line_count), ("transaction", said.number),
        ("serial", said.device), ("atcud", said.number), ("code", said.code),
    )  # fmt: skip
    for name, read in pairs:
        if name in true:
            yield f"fiscal {name}", squeezed(read) == squeezed(true[name])


def report(scored: Sequence[Scored], wrong: str) -> None:
    lands = sorted({one.paper.axes["land"] for one in scored})
    rates: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    missed: dict[str, list[Scored]] = defaultdict(list)
    for one in scored:
        for name, right in compared(one):
            rates[name][one.paper.axes["land"]].append(right)
            rates[name]["ALL"].append(right)
            if not right:
                missed[name].append(one)
    print(f"{'field':<22}{'n':>6}{'ALL':>8}" + "".join(f"{land:>7}" for land in lands))
    for name, by in sorted(rates.items()):
        cells = "".join(f"{_rate(by[land]):>7}" for land in lands)
        seeds = [one.paper.seed for one in missed[name]][:6]
        print(
            f"{name:<22}{len(by['ALL']):>6}{_rate(by['ALL']):>8}{cells}  {seeds or ''}"
        )
    _confusion(scored)
    for one in missed[wrong][:WRONG_SHOWN]:
        print(_explained(one, wrong))


def _rate(held: Sequence[bool]) -> str:
    return f"{sum(held) / len(held):.3f}" if held else "-"


def _confusion(scored: Sequence[Scored]) -> None:
    """Rows are true kinds; what each was read as, the right one first."""
    rows: dict[DocKind, Counter[DocKind]] = defaultdict(Counter)
    for one in scored:
        rows[true_kind(one.paper)][one.receipt.kind] += 1
    print(f"\n{'kind':<16}{'n':>6}{'right':>8}{'prec':>8}   read as")
    for true, read in sorted(rows.items()):
        count, told = read.total(), sum(other[true] for other in rows.values())
        others = "  ".join(
            f"{kind} {n}" for kind, n in read.most_common() if kind != true
        )
        share = read[true] / told if told else 0.0
        print(f"{true:<16}{count:>6}{read[true] / count:>8.3f}{share:>8.3f}   {others}")


def _explained(one: Scored, field: str) -> str:
    receipt, truth = one.receipt, one.paper.truth
    merchant: Merchant = receipt.merchant
    lines = "\n".join(one.paper.lines)
    said = receipt.model_dump(
        exclude={"lines", "items", "vat", "payments", "verdict", "attachments"},
        exclude_defaults=True,
        mode="json",
    )
    known = {k: v for k, v in truth.items() if k not in {"items", "vat", "payments"}}
    return f"\n=== seed {one.paper.seed} {field} {merchant.name!r}\n{lines}\n--- said {said}\n--- true {known}"


def lies(seeds: range, land: str) -> None:
    """How many papers with one wrong figure are proven: none should be."""
    proven: list[tuple[str, int]] = []
    told = 0
    for how in BROKEN:
        levels: Counter[Level] = Counter()
        for seed in seeds:
            paper = generate(seed, broken=how, land=land)
            if paper.axes["broken"] == "none":
                continue  # its layout has no sums to close
            receipt = from_text(paper.lines, country=paper.country)
            level = receipt.verdict.level
            levels[level] += 1
            if level is Level.V2:
                proven.append((how, seed))
        told += levels.total()
        shown = "  ".join(f"{level.value} {levels[level]:>5}" for level in Level)
        print(f"{how:<14}{levels.total():>6}   {shown}")
    share = 1 - len(proven) / max(1, told)
    print(f"\n{told} lies, {len(proven)} proven: {share:.4f} told   {proven[:20]}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", default="0..1000", help="A..B, without B")
    parser.add_argument("--layout", default="")
    parser.add_argument("--bytes", action="store_true", help="through ESC/POS")
    parser.add_argument("--wrong", default="", help="show papers where it is wrong")
    parser.add_argument("--land", default="", help="all papers from there, also abroad")
    parser.add_argument(
        "--lies", action="store_true", help="papers with a wrong figure"
    )
    options = parser.parse_args()
    seeds = range(*map(int, options.seeds.split("..")))
    if options.lies:
        lies(seeds, options.land)
        return
    scored = [
        score(seed, options.layout, by_bytes=options.bytes, land=options.land)
        for seed in seeds
    ]
    report(scored, options.wrong)


if __name__ == "__main__":
    main()
