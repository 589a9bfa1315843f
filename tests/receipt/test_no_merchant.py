"""The reader knows no shop by name: only profiles may."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests" / "corpus" / "receipts"
READ = frozenset({".py", ".toml", ".json", ".js", ".css", ".html", ".txt", ".md"})
PROFILES = ROOT / "config" / "profiles"
ORDINARY = frozenset(
    {"book", "books", "chez", "fish", "health", "mode", "restaurant", "thai"}
)
"""Words of trades in shops' names."""


def words_of(text: str) -> list[str]:
    plain = text.lower()
    if not plain.isascii():
        folded = unicodedata.normalize("NFD", plain)
        plain = "".join(mark for mark in folded if not unicodedata.combining(mark))
    return re.findall(r"[a-z0-9&]+", plain)


def companies() -> list[str]:
    labels = (json.loads(p.read_text("utf-8"))["truth"] for p in CORPUS.glob("*.json"))
    return sorted({truth["company"] for truth in labels if truth.get("company")})


@cache
def sources() -> dict[Path, str]:
    return {
        path: f" {' '.join(words_of(path.read_text('utf-8')))} "
        for folder in ("agent", "config")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in READ and PROFILES not in path.parents
    }


def test_there_is_something_to_look_for_and_to_look_in() -> None:
    assert len(companies()) >= 10
    assert len(sources()) > 100


@pytest.mark.parametrize("company", companies())
def test_no_merchant_of_the_corpus_is_named_in_code_or_settings(company: str) -> None:
    words = words_of(company)
    rare = [w for w in words if len(w) > 3 and not w.isdecimal() and w not in ORDINARY]
    looked_for = [f" {' '.join(words)} ", *(f" {word} " for word in rare)]
    found = [
        (path.relative_to(ROOT), text)
        for path, said in sources().items()
        for text in looked_for
        if text in said
    ]
    assert found == []
