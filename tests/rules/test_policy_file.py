"""A pack that cannot work is said with file, row, key and remedy."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import pytest

from agent import policy_file
from agent.errors import ConfigError

ROOT = Path(__file__).parent.parent.parent
HEAD = """
schema = "policy/1"
id = "mine"
version = "1"
country = "FR"
in_force = 2026-01-01
"""
ROW = """
[[row]]
id = "R21"
when = { kind = ["sale"] }
paper = "forbid_auto"
electronic = "substitutes"
on_silence = "none"
strength = "judgement"
reason_fr = "Parce que"
reason_en = "Because"
"""
ALSO = """
[[also]]
id = "R30"
strength = "judgement"
reason_fr = "Parce que"
reason_en = "Because"
"""


def said(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        policy_file.read(text.encode(), "mine.toml")
    return str(caught.value)


def test_a_pack_bears_the_digest_of_its_file() -> None:
    text = (HEAD + ROW + ALSO).encode()
    pack = policy_file.read(text, "mine.toml")
    assert pack.digest == hashlib.sha256(text).hexdigest()
    assert policy_file.read(text + b"\n", "mine.toml").digest != pack.digest


@pytest.mark.parametrize(
    ("wrong", "right", "message"),
    [
        (
            '["sale"]',
            '["sales"]',
            "row 1 (R21): when.kind.1 = \"sales\": write one of 'sale'",
        ),
        ("kind =", "knd =", "row 1 (R21): when.knd: unknown key; did you mean kind?"),
        ('paper = "forbid', 'papr = "forbid', "row 1 (R21): paper: missing"),
        (
            '"forbid_auto"',
            '"forbidden"',
            "row 1 (R21): paper = \"forbidden\": write one of 'must'",
        ),
        ('"R21"', '"21"', 'row 1 (21): id = "21": not of the form ^R'),
        ('["sale"]', "[]", "when.kind: the list is empty"),
        ('["sale"]', '"sale"', 'when.kind = "sale": a list belongs in [ ]'),
        ('"none"\nstr', '"paper"\nstr', "would print without being asked"),
        ('"judgement"', '"statute"', 'strength = "statute" needs legal_ref'),
        ('"Parce que"', '""', 'row 1 (R21): reason_fr = "": it is empty'),
        ('{ kind = ["sale"] }', "{ total = { at_least = 5, below = 5 } }", "no number"),
        ('{ kind = ["sale"] }', '{ total = { below = "5 €" } }', "write cents"),
        (
            '{ kind = ["sale"] }',
            "{ total = { known = false, below = 5 } }",
            "leave out known",
        ),
        ('{ kind = ["sale"] }', '{ unread = "yes" }', "write true or false"),
        (
            'schema = "policy/1"',
            'schema = "policy/9"',
            "schema = \"policy/9\": write one of 'policy/1'",
        ),
        ("2026-01-01", '"soon"', 'in_force = "soon": no day; write'),
        (
            'when = { kind = ["sale"] }',
            "when = 5",
            "when = 5: a section; write its keys in {",
        ),
        ("in_force", "about = 5\nin_force", "about = 5: a text belongs in quotes"),
        ('version = "1"', 'version = "1"\ndigest = "00"', "digest: it is counted"),
        ("[[row]]", "[[rows]]", "rows: unknown key; did you mean row?"),
        ('id = "mine"', "id = mine", "not TOML"),
        ('country = "FR"', 'country = "France"', 'country = "France": not of the form'),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_remedy(
    wrong: str, right: str, message: str
) -> None:
    assert (HEAD + ROW).count(wrong) == 1
    found = said((HEAD + ROW).replace(wrong, right))
    assert found.startswith("mine.toml: ")
    assert message in found


def test_what_is_due_on_paper_is_not_silent() -> None:
    must = ROW.replace("forbid_auto", "must")
    assert 'write on_silence = "paper"' in said(HEAD + must)


def test_what_is_printed_at_once_cannot_be_substituted() -> None:
    at_once = ROW.replace("forbid_auto", "pass").replace('"none"\nst', '"paper"\nst')
    assert "nothing can substitute it" in said(HEAD + at_once)


def test_a_row_that_hides_those_below_is_refused() -> None:
    bare = ROW.replace('when = { kind = ["sale"] }\n', "")
    assert "row 1 (R21) names no fact" in said(HEAD + bare + ROW)
    assert policy_file.read((HEAD + ROW + bare).encode(), "mine.toml").row


def test_what_is_added_to_a_row_that_is_not_there_is_refused() -> None:
    also = ALSO.replace('id = "R30"', 'id = "R30"\nrules = ["R10"]')
    assert "also R30: rules: there is no row R10" in said(HEAD + ROW + also)


def test_every_problem_is_said_not_the_first_only() -> None:
    broken = HEAD + ROW.replace('["sale"]', '["sales"]') + ROW.replace('"R21"', '"x"')
    assert len(said(broken).splitlines()) == 2
    assert 'row 2 (x): id = "x"' in said(broken)


def test_a_name_that_is_none_says_which_there_are() -> None:
    with pytest.raises(ConfigError, match="at, de, es, fr, it, pt, se"):
        policy_file.named("atlantis", "FR")
    with pytest.raises(ConfigError, match="there is no pack 'be'"):
        policy_file.named("", "BE")


def test_a_path_is_one_and_a_country_has_its_own(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    assert policy_file.named(str(mine), "FR") == mine
    assert policy_file.named("", "DE").name == "de.toml"
    assert policy_file.named("at", "DE").name == "at.toml"
    with pytest.raises(ConfigError, match="No such file"):
        policy_file.load(mine)
    mine.write_bytes(b"#" * (policy_file.MAX_FILE_BYTES + 1))
    with pytest.raises(ConfigError, match="no pack is"):
        policy_file.load(mine)
    mine.write_bytes(b"\xff")
    with pytest.raises(ConfigError, match="not TOML"):
        policy_file.load(mine)


def test_every_pack_is_for_its_country_and_says_why_in_both_languages() -> None:
    shipped = policy_file.shipped()
    assert [*shipped] == ["at", "de", "es", "fr", "it", "pt", "se"]
    for name, path in shipped.items():
        pack = policy_file.load(path)
        assert (pack.id, pack.country) == (name, name.upper())
        for row in (*pack.row, *pack.also):
            assert row.reason_fr
            assert row.reason_en
            assert row.legal_ref or row.strength == "judgement"


def test_french_is_set_with_its_spaces_and_apostrophes() -> None:
    for path in policy_file.shipped().values():
        pack = policy_file.load(path)
        texts = [row.reason_fr for row in (*pack.row, *pack.also)]
        if pack.display and pack.display.services:
            texts += [pack.display.text.fr, pack.display.services.fr]
        for text in texts:
            assert "'" not in text
            assert "!" not in text
            assert " :" not in text
            assert " ;" not in text
            assert " €" not in text


def test_packs_and_their_table_come_with_the_wheel() -> None:
    """As the build is told; installed, they are looked for beside the program."""
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]
    included = build["build"]["targets"]["wheel"]["force-include"]
    assert included["config/policies"] == "agent/policies"
    assert included["tests/rules/expected.csv"] == "agent/policies/expected.csv"
    assert policy_file.cases() == ROOT / "tests" / "rules" / "expected.csv"


def test_installed_they_are_found_beside_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "xx.toml").write_text(HEAD + ROW)
    (tmp_path / "policies" / "expected.csv").write_text("")
    places = (tmp_path / "policies", tmp_path / "nowhere")
    monkeypatch.setattr(policy_file, "_PLACES", places)
    monkeypatch.setattr(policy_file, "_CASES_PLACES", places)
    assert [*policy_file.shipped()] == ["xx"]
    assert policy_file.cases() == tmp_path / "policies" / "expected.csv"
    monkeypatch.setattr(policy_file, "_PLACES", (tmp_path / "nowhere",))
    monkeypatch.setattr(policy_file, "_CASES_PLACES", (tmp_path / "nowhere",))
    assert policy_file.shipped() == {}
    assert policy_file.cases() is None
