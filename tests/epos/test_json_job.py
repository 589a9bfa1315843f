from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.epos.json_job import MAX_LINES, PrintJob, Problem, read, translate
from agent.escpos.interpret import interpret
from agent.escpos.settings import Printer
from agent.paper.strip import Buzz, Cut, Element, Feed, Kick, Raster, Style, TextLine
from agent.paper.text import lines, symbols

PAGE = Path(__file__).parents[2] / "docs" / "json-door.md"


def job(body: Any) -> PrintJob:
    found = read(json.dumps(body).encode())
    assert isinstance(found, PrintJob), found
    return found


def elements(*parts: dict[str, Any], **more: Any) -> list[Element]:
    raw = translate(job({"lines": list(parts), **more}))
    strip = interpret(raw, Printer())
    assert strip.unread == 0
    return list(strip.elements)


def problems(body: Any) -> tuple[Problem, ...]:
    found = read(json.dumps(body).encode())
    assert isinstance(found, tuple)
    return found


def test_every_line_is_printed_with_its_own_style_and_no_other() -> None:
    first, second = elements(
        {
            "text": "Café 3,50 €",
            "bold": True,
            "underline": True,
            "invert": True,
            "size": [2, 3],
            "font": "b",
        },
        {"text": "plain"},
    )
    assert isinstance(first, TextLine)
    assert isinstance(second, TextLine)
    assert "".join(run.text for run in first.runs) == "Café 3,50 €"
    assert first.runs[0].style == Style(
        "B", bold=True, underline=1, invert=True, wide=2, tall=3
    )
    assert second.runs[0].style == Style()


@pytest.mark.parametrize(("where", "x"), [("left", 0), ("center", 282), ("right", 564)])
def test_lines_are_aligned(where: str, x: int) -> None:
    (line,) = elements({"text": "x", "align": where})
    assert isinstance(line, TextLine)
    assert line.runs[0].x == x


def test_a_text_may_have_several_lines_and_ends_its_last() -> None:
    for text in ("a\nb", "a\nb\n"):
        strip = interpret(translate(job({"lines": [{"text": text}]})), Printer())
        assert [line.text for line in lines(strip)] == ["a", "b"]


def test_codes_pictures_and_the_machine_have_lines_of_their_own() -> None:
    picture = base64.b64encode(b"\xaa" * 16).decode()
    raw = translate(
        job(
            {
                "lines": [
                    {"barcode": "2012345678903", "type": "ean13", "height": 60},
                    {"qr": "https://tickets.example/é", "level": "H", "size": 6},
                    {"image": picture, "width": 64},
                    {"feed": 2},
                    {"drawer": 2, "ms": 200},
                    {"beep": 3},
                    {"cut": True},
                    {"cut": "partial"},
                    {"cut": "full"},
                ]
            }
        )
    )
    strip = interpret(raw, Printer())
    bars, qr = symbols(strip)
    assert (bars.system, bars.text, bars.hri) == ("EAN13", "2012345678903", "below")
    assert (qr.system, qr.text) == ("QR", "https://tickets.example/é")
    assert (qr.level, qr.module, qr.anchor) == ("H", 6, "centre")
    rest = [each for each in strip.elements if each not in {bars, qr}]
    assert rest == [
        Raster(256, 64, 2, b"\xaa" * 16),
        Feed(60),
        Kick(1, 200, 200),
        Buzz(),
        Cut(full=False),
        Cut(full=False),
        Cut(full=True),
    ]


def test_a_drawer_alone_touches_nothing_else() -> None:
    assert translate(job({"lines": [{"drawer": 1}]})) == b"\x1bp\x00\x32\x32"


def test_raw_goes_as_it_is() -> None:
    raw = bytes(range(256))
    assert translate(job({"raw": base64.b64encode(raw).decode()})) == raw


def test_a_language_is_printed_in_its_own_characters() -> None:
    raw = translate(job({"lines": [{"text": "合計"}], "lang": "ja"}))
    assert [
        line.text for line in lines(interpret(raw, Printer(multibyte="cp932")))
    ] == ["合計"]


@pytest.mark.parametrize(
    ("body", "where", "what"),
    [
        ({}, "", "either lines or raw"),
        ({"lines": [{"feed": 1}], "raw": "AAAA"}, "", "either lines or raw"),
        ({"lines": []}, "lines", "at least 1"),
        ({"raw": "!"}, "raw", "not base64"),
        ({"lines": [{"feed": 1}], "line": []}, "line", "Extra inputs"),
        ({"lines": [{"txt": "a"}]}, "lines.0", "exactly one of the keys"),
        ({"lines": ["a"]}, "lines.0", "exactly one of the keys"),
        ({"lines": [{"qr": "a", "text": "b"}]}, "lines.0", "exactly one"),
        ({"lines": [{"text": "a", "blod": True}]}, "lines.0.blod", "Extra inputs"),
        ({"lines": [{"text": "a", "bold": "yes"}]}, "lines.0.bold", "valid boolean"),
        ({"lines": [{"text": "a", "size": [1]}]}, "lines.0.size", "at least 2"),
        ({"lines": [{"text": "a", "size": [1, 9]}]}, "lines.0.size.1", "equal to 8"),
        ({"lines": [{"text": "a\x1b@"}]}, "lines.0.text", "control characters"),
        ({"lines": [{"barcode": "é"}]}, "lines.0.barcode", "ASCII"),
        ({"lines": [{"barcode": "1", "type": "x"}]}, "lines.0.type", "code39"),
        ({"lines": [{"image": "*", "width": 8}]}, "lines.0.image", "not base64"),
        ({"lines": [{"cut": False}]}, "lines.0.cut", "Input should be"),
        ({"lines": [{"drawer": 3}]}, "lines.0.drawer", "Input should be"),
        ({"lines": [{"feed": 1}] * (MAX_LINES + 1)}, "lines", "at most 2000"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(body: Any, where: str, what: str) -> None:
    first = problems(body)[0]
    assert first.where == where
    assert what in first.what


def test_a_problem_never_quotes_what_was_sent() -> None:
    found = problems({"lines": [{"text": ["jean.dupont@example.org"]}]})
    assert "dupont" not in repr(found)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff", b"[" * 100_000, b"null", b'{"raw": "' + b"A" * (5 << 20)],
)
def test_what_is_no_job_is_a_problem(body: bytes) -> None:
    assert isinstance(read(body), tuple)


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 300) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "lines",
                    "text",
                    "qr",
                    "barcode",
                    "cut",
                    "feed",
                    "size",
                    "raw",
                    "image",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(_json)
def test_any_json_gives_a_job_or_problems(body: Any) -> None:
    found = read(json.dumps(body).encode())
    if isinstance(found, PrintJob):
        interpret(translate(found), Printer())


def test_the_examples_of_the_page_are_jobs() -> None:
    examples = re.findall(r"```json\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    jobs = [text for text in examples if '"lines"' in text or '"raw"' in text]
    assert len(jobs) >= 2
    for text in jobs:
        translate(job(json.loads(text)))


def test_text_has_a_bound_in_all() -> None:
    part = {"text": "x" * 4000}
    assert len(job({"lines": [part] * 50}).lines or ()) == 50
    assert "200000 characters" in str(problems({"lines": [part] * 51})[0])
