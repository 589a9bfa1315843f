"""The reading knows no merchant: nothing of the program names one of the corpus."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
CORPUS = ROOT / "tests" / "corpus" / "receipts"
READ = {".py", ".toml", ".js", ".html", ".css", ".json", ".csv"}
PROFILES = ROOT / "config" / "profiles"
BRANDS = {"rewe", "carrefour", "picard", "guardian"}
"""How people call merchants of the corpus whose receipts name a company."""


def merchants(corpus: Path) -> set[str]:
    """As their receipts are labelled, in small letters."""
    labelled = (json.loads(path.read_text("utf-8")) for path in corpus.glob("*.json"))
    names = (each["truth"].get("company") for each in labelled)
    return {" ".join(name.casefold().split()) for name in names if name}


def texts() -> Iterator[tuple[str, str]]:
    for folder in ("agent", "config"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in READ and PROFILES not in path.parents:
                text = " ".join(path.read_text("utf-8").casefold().split())
                yield str(path.relative_to(ROOT)), text


def test_no_merchant_of_the_corpus_is_named() -> None:
    wanted = merchants(CORPUS) | BRANDS
    assert len(wanted) >= 12
    names = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(wanted)))})\b")
    found = {(path, hit) for path, text in texts() for hit in names.findall(text)}
    assert found == set()
