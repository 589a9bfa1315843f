"""What store IT reads about consents: the reasons in French, one and many."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agent import consents_said
from agent.consent import checking


@pytest.mark.parametrize("reason", [*map(str, consents_said.WHY), "something new"])
def test_every_reason_of_a_broken_chain_is_said_in_french(reason: str) -> None:
    plain = reason.replace(r"(\d+)", "7").replace(r"\((.*)\)", "(ab12)")
    french = consents_said.why(plain, "fr")
    assert (french == plain) is (reason == "something new")
    assert consents_said.why(plain, "en") == plain


def test_no_reason_of_the_check_is_without_its_french() -> None:
    source = Path(checking.__file__).read_text("utf-8")
    reasons = re.findall(r'return f?"([^"]+)"', source)
    assert len(reasons) >= 8
    for each in reasons:
        plain = re.sub(r"{[^}]*}", "7", each)
        assert consents_said.why(plain, "fr") != plain, each


@pytest.mark.parametrize(
    ("lang", "n", "records", "signatures", "decisions"),
    [
        ("fr", 0, "0 décision enregistrée", "0 valable", "0 décision"),
        ("fr", 1, "1 décision enregistrée", "1 valable", "1 décision"),
        ("fr", 2, "2 décisions enregistrées", "2 valables", "2 décisions"),
        ("en", 0, "0 records", "0 good", "0 decisions"),
        ("en", 1, "1 record", "1 good", "1 decision"),
        ("en", 2, "2 records", "2 good", "2 decisions"),
    ],
)
def test_one_is_not_said_as_many(
    lang: consents_said.Lang, n: int, records: str, signatures: str, decisions: str
) -> None:
    said = consents_said.SAID[lang]
    assert said.records.format(n=n, till="T", erased="").endswith(f" {records}")
    assert said.signatures.format(n=n, unvouched="").endswith(f" {signatures}")
    assert said.decisions.format(n=n, mask="m").endswith(f" {decisions}")
    assert f" {n} " in said.over.format(n=n)
    assert f" {n} " in said.destroyed.format(n=n)
