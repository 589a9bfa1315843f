"""docs/policies.md says what is: its pack loads, its vocabularies are whole."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from agent import policy_cases, policy_file
from agent.rules.decide import decide
from agent.rules.pack import (
    Electronic,
    Mark,
    NoticeId,
    PaperDue,
    Strength,
    When,
)
from agent.wire.goods import CATEGORIES

PAGE = (Path(__file__).parent.parent.parent / "docs" / "policies.md").read_text()


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


def test_the_pack_on_the_page_is_one() -> None:
    pack = policy_file.read(block("toml").encode(), "docs/policies.md")
    assert [row.id for row in pack.row] == ["R10"]


def test_the_case_on_the_page_is_one(tmp_path: Path) -> None:
    (header,) = re.findall(r"in CSV: `(.*?)`", PAGE)
    table = tmp_path / "cases.csv"
    table.write_text(f"{header}\n{block('csv')}")
    (read,) = policy_cases.read(table)
    pack = policy_file.load(policy_file.named("fr", "FR"))
    assert decide(read.facts, pack).rule == read.expected["rule"]


@pytest.mark.parametrize("vocabulary", [PaperDue, Electronic, Strength, Mark, NoticeId])
def test_every_word_of_a_row_is_on_the_page(vocabulary: object) -> None:
    assert [word for word in get_args(vocabulary) if f"`{word}`" not in PAGE] == []


def test_every_fact_and_category_is_on_the_page() -> None:
    names = [*When.model_fields, *CATEGORIES, *policy_file.shipped()]
    assert [name for name in names if f"`{name}`" not in PAGE] == []
