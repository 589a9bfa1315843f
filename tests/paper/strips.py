"""Any strip at all, for laws that every renderer keeps."""

from __future__ import annotations

from hypothesis import strategies as st

from agent.paper.strip import (
    Box,
    Buzz,
    Cut,
    Element,
    Feed,
    Kick,
    Page,
    Picture,
    Placed,
    Raster,
    Run,
    Strip,
    Style,
    Symbol,
    TextLine,
)

SQUARE = Raster(8, 8, 2, b"\xf0\x0f")
CROSS = Picture(12, 24, b"\xff\xf0" + b"\x06\x00" * 22 + b"\xff\xf0")

STYLES = st.builds(
    Style,
    font=st.sampled_from(["A", "B", "C", "D", "E"]),
    bold=st.booleans(),
    underline=st.integers(0, 2),
    invert=st.booleans(),
    upside_down=st.booleans(),
    rotated=st.booleans(),
    wide=st.integers(1, 8),
    tall=st.integers(1, 8),
    ink=st.integers(0, 3),
    ground=st.integers(0, 3),
)
DRAWN = st.builds(
    lambda text, style, x: Run(text, style, x, (CROSS,) * len(text)),
    st.text(max_size=4),
    STYLES,
    st.integers(0, 600),
)
PRINTED = st.builds(Run, st.text(max_size=20), STYLES, st.integers(-20, 600))
LINES = st.builds(
    TextLine,
    st.lists(PRINTED | DRAWN, max_size=4).map(tuple),
    st.integers(0, 120),
)
SYMBOLS = st.builds(
    lambda system, text, anchor: Symbol(
        system, text.encode("utf-8", "replace"), text, hri="both", anchor=anchor
    ),
    st.sampled_from(["QR", "CODE128", "CODE39", "EAN13", "PDF417", "LOGO", "<b>"]),
    st.text(max_size=20),
    st.sampled_from(["left", "centre", "right"]),
)
BOXES = st.builds(
    Box, st.integers(0, 600), st.integers(1, 80), st.integers(1, 80), st.integers(0, 9)
)
PAGES = st.builds(
    Page,
    st.integers(1, 300),
    st.lists(
        st.builds(
            Placed,
            st.integers(-50, 600),
            st.integers(-50, 300),
            st.one_of(LINES, SYMBOLS, BOXES, st.just(SQUARE)),
            st.sampled_from([0, 90, 180, 270]),
        ),
        max_size=4,
    ).map(tuple),
)
BARE: st.SearchStrategy[Element] = st.sampled_from(
    [SQUARE, Cut(), Feed(60), Kick(0), Buzz()]
)
ELEMENTS: st.SearchStrategy[Element] = st.one_of(LINES, SYMBOLS, BOXES, PAGES, BARE)
STRIPS = st.lists(ELEMENTS, max_size=6).map(lambda each: Strip(tuple(each)))

# Seven QR codes of 117 modules: more than symbols may hold together.
MANY_CODES = Strip(
    tuple(
        Symbol("QR", text.encode(), text, module=3, x=20)
        for text in (f"{number}" * 2900 for number in range(7))
    )
)
