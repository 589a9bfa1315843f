"""What is taken as a document, and what a hostile one can do (nothing)."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.epos.grammar import KINDS
from agent.epos.reading import MAX_BYTES, MAX_ELEMENTS, Refused, Request, read
from agent.epos.translate import HANDLERS, translate
from agent.epos.words import SYMBOLS
from agent.escpos.interpret import interpret
from agent.escpos.settings import Printer
from tests.epos.printing import asked, document, envelope, refused

HELLO = "<text>Hello&#10;</text>"


def why(raw: bytes) -> str:
    answer = read(raw)
    assert isinstance(answer, Refused), answer
    assert answer.code == "SchemaError"
    return answer.why


# -- what is a document ---------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        document(HELLO),
        envelope(HELLO),
        b"\xef\xbb\xbf" + envelope(HELLO),
        f"<epos-print>{HELLO}</epos-print>".encode(),
        document('<text xmlns="">Hello&#10;</text>'),
        document("<!-- a comment --><text><![CDATA[Hello]]>&#10;</text>"),
        envelope(HELLO)
        .replace(b"<s:", b"<soapenv:")
        .replace(b"</s:", b"</soapenv:")
        .replace(b":s=", b":soapenv="),
        (
            b'<?xml version="1.0"?><p:epos-print '
            b'xmlns:p="http://www.epson-pos.com/schemas/2011/03/epos-print">'
            b"<p:text>Hello&#10;</p:text></p:epos-print>"
        ),
        f"<epos-print>{HELLO}</epos-print>".encode("utf-16"),
        document(HELLO).replace(
            b"<epos-print",
            b'<epos-print xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            b'xsi:schemaLocation="a b"',
        ),
    ],
)
def test_a_document_comes_in_an_envelope_or_bare(raw: bytes) -> None:
    (order,) = asked(raw).orders
    assert (order.name, order.text) == ("text", "Hello\n")


def test_bytes_that_are_not_utf_8_may_be_declared() -> None:
    said = "<?xml version='1.0' encoding='iso-8859-1'?><epos-print><text>é</text>"
    (order,) = asked(f"{said}</epos-print>".encode("latin-1")).orders
    assert order.text == "é"


def test_the_header_names_device_timeout_and_job() -> None:
    header = (
        "<s:Header><parameter xmlns="
        '"http://www.epson-pos.com/schemas/2011/03/epos-print"><devid>local_printer'
        "</devid><timeout>60000</timeout><printjobid>ABC123</printjobid></parameter>"
        "</s:Header>"
    )
    request = asked(envelope(HELLO, header))
    assert (request.devid, request.timeout) == ("local_printer", "60000")
    assert request.printjobid == "ABC123"


def test_force_is_an_attribute_of_the_document() -> None:
    forced = document(HELLO).replace(b"<epos-print", b'<epos-print force="true"')
    assert asked(forced).force
    assert not asked(document(HELLO)).force


# -- what a printer refuses -----------------------------------------------


@pytest.mark.parametrize(
    "inside",
    [
        "<txt>a</txt>",
        '<text bold="true">a</text>',
        '<text em="yes">a</text>',
        '<text width="0">a</text>',
        '<text width="9">a</text>',
        '<text font="font_z">a</text>',
        '<text align="middle">a</text>',
        '<text lang="not a language">a</text>',
        '<text linespc="256"/>',
        '<text x="65536"/>',
        '<text x="-1"/>',
        '<text x="1.5"/>',
        "<text><b>a</b></text>",
        "<feed>a</feed>",
        '<feed line="many"/>',
        "<image>AAAA</image>",
        '<image width="8">AAAA</image>',
        '<image width="8" height="1">!!!!</image>',
        '<image width="8" height="1" mode="colour">AA==</image>',
        '<image width="8" height="1">A</image>',
        '<logo key1="32"/>',
        "<barcode>1</barcode>",
        '<barcode type="code11">1</barcode>',
        '<barcode type="itf" hri="left">1</barcode>',
        '<symbol type="han_xin">1</symbol>',
        '<symbol type="qrcode_model_2" level="level_z">1</symbol>',
        '<symbol type="azteccode_compact" level="256">1</symbol>',
        '<hline x1="1"/>',
        '<cut type="half"/>',
        '<pulse time="pulse_600"/>',
        '<pulse drawer="drawer_3"/>',
        '<sound pattern="pattern_11"/>',
        '<sound cycle="999"/>',
        "<command>1b4</command>",
        "<command>xx</command>",
        '<layout type="roll"/>',
        '<area x="0" y="0" width="1" height="1"/>',
        '<position x="0" y="0"/>',
        "<page><cut/></page>",
        "<page><pulse/></page>",
        "<page><page/></page>",
        '<page><area x="0" y="0" width="1"/></page>',
        '<page><direction dir="up"/></page>',
        "<page><direction/></page>",
        "<page>text</page>",
        "text between",
        '<x:text xmlns:x="urn:other">a</x:text>',
    ],
)
def test_what_the_schema_has_not_is_a_schema_error(inside: str) -> None:
    assert refused(inside)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"hello",
        b"<epos-print>",
        b"<epos-print></epos-prin>",
        b"<receipt/>",
        b"<epos-print><text>&unknown;</text></epos-print>",
        b"<epos-print/><epos-print/>",
        b"<epos-print><epos-print/></epos-print>",
        document(HELLO).replace(b"2011/03/epos-print", b"2012/09/epos-display"),
        document(HELLO).replace(b"<epos-print", b'<epos-print force="perhaps"'),
        document(HELLO).replace(b"<epos-print", b'<epos-print speed="1"'),
        envelope(HELLO).replace(b"Body", b"Corpse"),
        b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"/>',
        b"\xff\xfe\x00",
        b"<epos-print><text>\x01</text></epos-print>",
    ],
)
def test_what_is_no_document_is_a_schema_error(raw: bytes) -> None:
    assert why(raw)


def test_two_documents_in_one_envelope_are_refused() -> None:
    both = envelope(HELLO).replace(b"</s:Body>", document(HELLO) + b"</s:Body>")
    assert "more than one" in why(both)


def test_a_refusal_never_quotes_the_document() -> None:
    secret = "jean.dupont@example.org"
    for inside in (
        f"<{secret.split('@', maxsplit=1)[0]}/>",
        f'<text em="{secret}"/>',
        f'<text {secret.split("@", maxsplit=1)[0]}="1"/>',
        f"<feed>{secret}</feed>",
    ):
        assert "dupont" not in refused(inside)


# -- hostile documents ----------------------------------------------------

LAUGHS = (
    "<?xml version='1.0'?><!DOCTYPE lolz [<!ENTITY lol 'lol'>"
    + "".join(
        f"<!ENTITY lol{n} '{f'&lol{n - 1};' * 10}'>".replace("lol0", "lol")
        for n in range(1, 10)
    )
    + "]><epos-print><text>&lol9;</text></epos-print>"
).encode()


@pytest.mark.parametrize(
    "raw",
    [
        LAUGHS,
        (
            b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
            b"<epos-print><text>&e;</text></epos-print>"
        ),
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><epos-print/>',
        b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p">%p;]><epos-print/>',
        b"<!DOCTYPE epos-print><epos-print/>",
    ],
)
def test_a_document_type_is_refused_with_all_that_hangs_on_it(raw: bytes) -> None:
    assert why(raw) == "a document type"


def test_ten_megabytes_are_not_even_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    def parsed(*_args: object, **_named: object) -> None:
        raise AssertionError("parsed")

    monkeypatch.setattr("xml.parsers.expat.ParserCreate", parsed)
    answer = read(document(f"<text>{'x' * (10 << 20)}</text>"))
    assert isinstance(answer, Refused)
    assert answer.code == "RequestEntityTooLarge"


def test_a_deep_document_is_refused_at_once() -> None:
    assert "deep" in why(document("<page>" * 100_000 + "</page>" * 100_000))


def test_a_document_of_too_many_elements_is_refused() -> None:
    assert "too many" in why(document("<feed/>" * (MAX_ELEMENTS + 1)))
    assert len(asked(document("<feed/>" * (MAX_ELEMENTS - 1))).orders)


def test_more_text_than_any_receipt_has_is_refused() -> None:
    line = f"<text>{'x' * 1000}&#10;</text>"
    assert refused(line * 200) == "too much text"
    assert len(asked(document(line * 199)).orders) == 199


def test_an_element_of_ten_thousand_attributes_is_refused() -> None:
    attributes = " ".join(f'a{n}="1"' for n in range(10_000))
    assert refused(f"<text {attributes}/>") == "too many attributes"


@pytest.mark.parametrize(
    "inside",
    [
        f"<text>{'é€ж' * 66_000}</text>",
        f'<image width="1" height="65535">{"/" * 4_000_000}</image>',
        f'<image width="576" height="65535" mode="gray16">{"/" * 4_000_000}</image>',
        f"<command>{'00' * 2_000_000}</command>",
        f'<symbol type="qrcode_model_2">{"x" * 200_000}</symbol>',
        f'<text lang="ja">{"合é" * 100_000}</text>',
    ],
)
@pytest.mark.slow
@pytest.mark.timeout(120)
def test_the_largest_documents_cost_seconds_and_tens_of_megabytes(inside: str) -> None:
    raw = document(inside)
    assert len(raw) <= MAX_BYTES
    begun = time.process_time()  # a second; many more under coverage
    job = translate(asked(raw).orders)
    assert time.process_time() - begun < 25
    assert len(job) < 4 * MAX_BYTES
    tracemalloc.start()
    try:
        read(raw)
        assert tracemalloc.get_traced_memory()[1] < 20 * MAX_BYTES
    finally:
        tracemalloc.stop()


# -- any document ---------------------------------------------------------

_words = st.sampled_from(
    [
        "true",
        "0",
        "1",
        "8",
        "255",
        "65535",
        "-1",
        "center",
        "color_2",
        "font_b",
        "ja",
        "zh-hant",
        "mul",
        "thick_double",
        "pattern_3",
        "gray16",
        "reserve",
        "code39",
        "level_h",
        "top_to_bottom",
        *sorted(SYMBOLS),
    ]
)
_names = sorted({name for kind in KINDS.values() for name in kind.attributes})
_texts = st.one_of(
    st.text(max_size=20), st.sampled_from(["AAAA", "1b40", "{B1", "12345678901", ""])
)


def _escaped(text: str) -> str:
    fine = "".join(c for c in text if c >= " " or c in "\t\n")
    return fine.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


@st.composite
def _elements(draw: st.DrawFn, depth: int = 2) -> str:
    name = draw(st.sampled_from([*KINDS, "page", "text", "unknown"]))
    kind = KINDS.get(name)
    pool = sorted(kind.attributes) if kind and kind.attributes else _names
    given_ = draw(st.dictionaries(st.sampled_from(pool), _words, max_size=4))
    attributes = "".join(f' {key}="{value}"' for key, value in given_.items())
    inside = _escaped(draw(_texts)) if draw(st.booleans()) else ""
    if depth and draw(st.booleans()):
        inside += "".join(draw(st.lists(_elements(depth - 1), max_size=3)))
    return f"<{name}{attributes}>{inside}</{name}>"


@given(st.lists(_elements(), max_size=6).map("".join))
def test_any_document_gives_orders_or_a_refusal(inside: str) -> None:
    answer = read(document(inside))
    if isinstance(answer, Request):
        interpret(translate(answer.orders), Printer())


@given(st.binary(max_size=400))
def test_any_bytes_give_an_answer(raw: bytes) -> None:
    assert isinstance(read(raw), Request | Refused)


@given(st.integers(0, 400), st.binary(min_size=1, max_size=4))
def test_a_damaged_document_gives_an_answer(at: int, noise: bytes) -> None:
    whole = envelope('<text em="1">é&#10;</text><page><text>a</text></page><cut/>')
    answer = read(whole[: at % len(whole)] + noise + whole[at % len(whole) :])
    assert isinstance(answer, Request | Refused)
    if isinstance(answer, Request):
        translate(answer.orders)


def test_every_element_of_the_grammar_has_its_translation() -> None:
    assert HANDLERS.keys() == KINDS.keys()
