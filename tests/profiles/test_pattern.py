"""Patterns match what is printed, and none of them can run away."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.paper.strip import PaperLine
from agent.profiles.pattern import PatternError, compiled, escaped, folded, translated
from agent.receipt.lines import prepare


def patterns() -> st.SearchStrategy[str]:
    """Deep ones, of a few letters: groups in groups, repeated."""
    one = st.sampled_from(["A", "B", r"\w", "[AB]", "."])
    often = st.sampled_from(["", "?", "*", "+", "{3}", "{160}", "{0,160}", "{2,}"])

    def deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        group = st.lists(inner, min_size=1, max_size=3)
        return st.builds(lambda parts, n: f"(?:{'|'.join(parts)}){n}", group, often)

    single = st.builds(lambda atom, n: f"{atom}{n}", one, often)
    part = st.recursive(single, deeper, max_leaves=12)
    return st.lists(part, min_size=1, max_size=4).map("".join)


def found(source: str, line: str) -> str | None:
    hit = compiled(source).search(prepare([PaperLine(line)]).lines[0].plain)
    return None if hit is None else line[hit.start(1) : hit.end(1)]


@pytest.mark.parametrize(
    ("source", "line", "value"),
    [
        (r"Ticket n° *(\d+)", "TICKET N°  0042", "0042"),
        (r"ticket n° *(\d+)", "Tîcket N° 7", "7"),
        (r"(?:Ticket|Facture) (\d+)", "  FACTURE 12 ", "12"),
        (r"Caisse(?: n°)? (\d{2})", "Caisse n° 03", "03"),
        (r"^([A-Z]+)-\d{3}", "ab-123", "ab"),
        (r"Op: ([^\s/]+)", "Op: Zoé/4", "Zoé"),
        (r"Op: (.+)", "Op: Zoé B.", "Zoé B."),
        (r"Tk (\d{3}-\d+)$", "Caisse 02 Tk 004-10001", "004-10001"),
        (r"N\(o\) (\d+)", "n(o) 5", "5"),
        (r"^(?P<day>\d\d)/\d\d", "13/07/2026", "13"),
        (r"Ét[a-zé]+ (\d)", "Ételé 3", "3"),
        (r"Ticket n° *(\d+)", "Ticket n° x", None),
    ],
)
def test_a_pattern_finds_its_value(source: str, line: str, value: str | None) -> None:
    assert found(source, line) == value


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("", "1 to 200"),
        ("x" * 201, "1 to 200"),
        (r"\d+", "begin with"),
        (r"(?:A|BC)D", "begin with"),
        (r"(?:AB)?C", "begin with"),
        (r"AB(\d+)+", "captures cannot be repeated"),
        (r"AB(?:(x))*", "captures cannot be repeated"),
        (r"AB.*x", ".* takes the rest"),
        (r"AB\d+5", "gives nothing back"),
        (r"AB[A-Z]+é", "gives nothing back"),
        (r"AB\s* C", "gives nothing back"),
        (r"AB+?", "one quantifier"),
        (r"AB(?=C)", "of groups there are"),
        (r"AB(?P=x)", "of groups there are"),
        (r"AB(?i:c)", "of groups there are"),
        (r"(AB)\1", "not known"),
        (r"AB\Z", "not known"),
        (r"AB[\p]", "not known"),
        (r"AB{999}", "at most 160"),
        (r"AB[x", "not closed"),
        (r"AB(x", "not closed"),
        (r"ABx)", "no group is open"),
        (r"^*", "cannot be repeated"),
        (r"AB(*)", "nothing stands before"),
        ("AB" + "(" * 9, "in each other"),
        (r"AB[z-a]", "bad character range"),
        (r"AB(?P<a>x)(?P<a>y)", "redefinition"),
        (r"AB(?:(?:(?:B?){160}){160}){160}", "steps at one place"),
        (r"AB(?:(?:(?:\b){160}){160}){160}", "steps at one place"),
        (r"AB(?:(?:A*B|A)*B|A)*(D)", "steps at one place"),
    ],
)
def test_what_may_run_away_or_never_match_is_refused(source: str, says: str) -> None:
    with pytest.raises(PatternError) as caught:
        compiled(source)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "source",
    [r"AB(?:\w|\d|[a-z])*(\d)", r"AA(?:A?A?)*(X)", r"^(?:(?:A+|B)+ ?)*(C)",
     r"AA(?:A|AA)*(B)"],
)  # fmt: skip
def test_what_would_run_for_ever_elsewhere_is_over_at_once(source: str) -> None:
    assert compiled(source).search("A" * 160 + "1") is None


@pytest.mark.parametrize(
    ("source", "line", "price"),
    [
        ("Ticket", "FACTURE", 0),
        ("Ticket", "TICKET TITRE", 2),
        ("^Ticket", "  TICKET", 0),
        ("^Ticket", "TICKET", 1),
        ("^ *Ticket", "FACTURE", 1),
        ("(?:Ticket|Facture)", "FACTURE TITRE", 2),
        ("T(?:i|a)cket", "TALON TITRE", 2),
        (r"\^2", "^2", 1),
        (r"\bTicket", "TITRE", 1),
    ],
)
def test_a_search_is_paid_by_how_often_its_beginning_stands_there(
    source: str, line: str, price: int
) -> None:
    pattern = translated(source)
    assert pattern.price(line) == price * pattern.steps
    assert pattern.steps > 0


@given(patterns(), st.text(alphabet="ABC", max_size=160))
@settings(max_examples=300, deadline=None)
def test_a_search_takes_no_longer_than_it_was_paid_for(source: str, line: str) -> None:
    try:
        pattern = translated(f"AA{source}")
    except PatternError:
        return
    price = pattern.price(line)
    began_s = time.thread_time()
    found = pattern.regex.search(line)
    used_s = time.thread_time() - began_s
    assert price or found is None
    assert used_s < 0.1 + price * 100e-9  # 15 ns a step at most, as measured


@given(st.text(alphabet="ABC éÀ.*+?{}[]()|^$\\/-", max_size=40))
def test_escaped_text_finds_itself(text: str) -> None:
    line = f"AB{text}".rstrip()
    plain = prepare([PaperLine(line)]).lines[0].plain
    assert compiled(escaped(line)).search(plain)


@given(st.text(alphabet="AB01 \\d\\w.*+?{}[]()|^$-,:P<>é", max_size=30))
def test_any_text_is_a_pattern_or_is_refused(source: str) -> None:
    with contextlib.suppress(PatternError):
        pattern = compiled(source)
        pattern.search("AB01 AB01" * 16)
        assert pattern.groups <= source.count("(")


def test_letters_are_folded_as_lines_are() -> None:
    assert [folded(char) for char in "é’Œx\u00a0"] == ["E", "'", "Œ", "X", " "]
