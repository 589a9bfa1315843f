"""``python -m hardware_sim.papers``: papers and their truth as files, or one to look at."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any, Final

from hardware_sim.papers.encode import DIALECTS, encode, lines_in
from hardware_sim.papers.generate import generate
from hardware_sim.papers.layouts import LAYOUTS
from hardware_sim.papers.sheet import Paper

SCORED: Final = frozenset((
    "company", "address", "date", "time", "total", "subtotal", "tax", "change", "receipt_no", "till", "cashier",
    "siret", "vat_id", "phone", "loyalty", "n_items", "items", "payments", "vat", "doc_type", "must_flag",
))  # fmt: skip
"""Fields that the corpus' scorer knows."""


def labelled(paper: Paper) -> dict[str, Any]:
    """In the shape of the corpus."""
    truth = paper.truth
    return {
        "id": f"paper_{paper.seed}", "group": paper.layout, "source": "hardware_sim.papers (invented)",
        "licence": "CC0", "redistribute": True, "lang": paper.lang, "country": paper.country, "real": False,
        "text_quality": "exact", "cols": paper.columns, "lines": list(lines_in(paper, paper.axes["code_page"])),
        "fields": sorted(SCORED & truth.keys()), "truth": truth, "axes": paper.axes, "split": "generated",
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m hardware_sim.papers", description=__doc__
    )
    parser.add_argument("--seed", type=int, default=1, help="the first")
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--layout", choices=sorted(LAYOUTS), default="")
    parser.add_argument("--broken", help="how its sums shall not close")
    parser.add_argument("--land", default="", help="a country, also one of abroad.py")
    parser.add_argument(
        "--dialect", choices=DIALECTS, help="of the .bin files; default: in turn"
    )
    parser.add_argument("--out", type=Path, help="a folder for .json and .bin")
    parser.add_argument("--show", action="store_true", help="print the lines")
    options = parser.parse_args()
    for seed in range(options.seed, options.seed + options.count):
        paper = generate(
            seed, layout=options.layout, broken=options.broken, land=options.land
        )
        if options.out:
            _save(paper, options.out, options.dialect or DIALECTS[seed % len(DIALECTS)])
        if options.show or not options.out:
            print(
                "\n".join(paper.lines),
                f"{json.dumps(paper.truth, ensure_ascii=False)}",
                sep="\n\n",
            )


def _save(paper: Paper, folder: Path, dialect: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    told = json.dumps(labelled(paper), ensure_ascii=False, indent=1)
    (folder / f"paper_{paper.seed}.json").write_text(told, encoding="utf-8")
    job = encode(paper, dialect, paper.axes["code_page"])
    (folder / f"paper_{paper.seed}.bin").write_bytes(job)


if __name__ == "__main__":
    main()
