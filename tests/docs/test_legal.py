"""The legal pack says what the code does: tables, keys, sentences, requirements."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from tests.docs import markup, reference, tables
from tests.docs.keys import sections

LEGAL = sorted((markup.ROOT / "docs" / "legal").glob("*.md"))
MAP = markup.ROOT / "docs" / "legal" / "aipd.md"


@cache
def keys() -> frozenset[str]:
    return frozenset(
        key.whole
        for _, _, model in reference.FILES
        for section in sections(model)
        for key in section.keys
    )


@cache
def roots() -> frozenset[str]:
    return frozenset(key.partition(".")[0] for key in keys())


def part(title: str) -> str:
    return MAP.read_text().split(f"\n## {title}\n")[1].split("\n## ")[0]


def named(text: str) -> set[str]:
    """The second column of the first table: names in backticks."""
    rows = text.split("\n\n| donnée | où |", maxsplit=1)[0].splitlines()
    cells = [row.split("|")[2] for row in rows if row.startswith("|")]
    return set(re.findall(r"`(\w+)`", " ".join(cells)))


@pytest.mark.parametrize(
    ("title", "there"),
    [
        ("À la caisse", tables.of_the_till()),
        ("Au centre (RCU)", tables.of_the_centre()),
    ],
)
def test_every_table_of_a_database_is_in_the_map_of_data(
    title: str, there: frozenset[str]
) -> None:
    assert len(there) > 25
    said = named(part(title))
    assert sorted(there ^ said) == [], "write it into docs/legal/aipd.md"


def test_every_key_that_the_legal_pages_name_is_one() -> None:
    wrong = [
        f"{page.name}: {key}"
        for page in [*LEGAL, markup.ROOT / "docs" / "magasin.md"]
        for key in re.findall(
            r"`([a-z_]+(?:\.[a-z_]+)+)(?: = [^`]+)?`", page.read_text()
        )
        if key.partition(".")[0] in roots() and not _known(key)
    ]
    assert wrong == []


def _known(key: str) -> bool:
    section = any(each.startswith(f"{key}.") for each in keys())
    return section or key in keys() or key.endswith((".db", ".key", ".pem", ".toml"))


@pytest.mark.parametrize(
    ("key", "days"),
    [
        ("store.retention_hours", "72 h"),
        ("store.max_unsent_days", "30 j"),
        ("store.proof_days", "400 j"),
        ("screens.session_days", "30 j"),
        ("pages.retention_days", "90 j"),
        ("history.retention_days", "395 j"),
    ],
)
def test_terms_are_those_of_the_code(key: str, days: str) -> None:
    (field,) = [
        each.field
        for _, _, model in reference.FILES
        for section in sections(model)
        for each in section.keys
        if each.whole == key
    ]
    assert f"{field.default} {days[-1]}" == days
    assert f"`{key}` ({days}" in MAP.read_text()


def test_the_notices_are_those_that_customers_read() -> None:
    page = (markup.ROOT / "docs" / "legal" / "mentions.md").read_text()
    newest: dict[str, tuple[str, str]] = {}
    for path in sorted((markup.ROOT / "config" / "notices").glob("*.toml")):
        notice = tomllib.loads(path.read_text())
        newest[notice["id"]] = max(
            newest.get(notice["id"], ("", "")),
            (notice["version"], notice["text"]["fr"]),
        )
    pack = tomllib.loads((markup.ROOT / "config/policies/fr.toml").read_text())
    said = [sentence for _, sentence in newest.values()] + [
        pack["display"]["text"]["fr"]
    ]
    assert len(said) > 3
    assert [each for each in said if each not in page] == []


@pytest.mark.parametrize("page", LEGAL, ids=lambda page: page.name)
def test_each_page_says_that_counsel_has_to_check_and_speaks_english_too(
    page: Path,
) -> None:
    text = markup.text(page)
    assert "vérifier par votre conseil" in text
    assert "In English" in text or "In short (English)" in text
