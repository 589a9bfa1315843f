"""What the pages load: ours, whole, and from nowhere else."""

from __future__ import annotations

import re

from agent.paper.style import STYLE
from agent.screens.assets import STATIC, load


def test_the_strip_looks_as_its_maker_says() -> None:
    """The server may not import the paper room, so its style stands there twice."""
    same = (STATIC / "strip.css").read_text() == STYLE
    assert same, "write agent.paper.style.STYLE to agent/screens/static/strip.css"


def test_the_bundled_faces_carry_their_licences() -> None:
    fonts = STATIC / "fonts"
    assert "SIL OPEN FONT LICENSE" in (fonts / "LICENCE-Inter.txt").read_text()
    arabic = (fonts / "LICENCE-NotoSansArabic.txt").read_text()
    assert "SIL OPEN FONT LICENSE" in arabic
    assert "Bitstream" in (fonts / "LICENCE-DejaVu.txt").read_text()
    assert sum(face.stat().st_size for face in fonts.glob("*.woff2")) < 200_000


def test_nothing_is_loaded_from_elsewhere() -> None:
    for name, asset in load().items():
        if not name.endswith((".txt", ".woff2")):
            words = asset.body.decode()
            assert "://" not in words.replace("http://www.w3.org/2000/svg", ""), name


def test_every_file_that_a_page_names_is_there() -> None:
    files = load()
    for asset in files.values():
        if asset.media_type.startswith(("text/html", "text/css", "text/javascript")):
            for part in asset.body.decode().split("/static/")[1:]:
                name = part.split('"')[0].split(")")[0]
                assert name in {*files, "brand.css"}


def test_an_etag_follows_from_the_bytes() -> None:
    etags = {asset.etag for asset in load().values()}
    assert len(etags) == len(load())
    assert load() == load()


def test_an_apostrophe_is_typographic() -> None:
    for path in (*STATIC.rglob("*.js"), *STATIC.glob("*.html")):
        lines = path.read_text().splitlines()
        read = [line for line in lines if not line.lstrip().startswith("//")]
        assert not re.search(r"\w'\w", "\n".join(read)), path
