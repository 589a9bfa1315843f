"""The retailer's colour and sign: legible, or refused."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser

from agent.errors import ConfigError
from agent.screens import brand
from agent.screens.checking import check
from agent.screens.settings import ScreensSettings
from tests.screens.browser import CHROMIUM
from tests.screens.counter import running
from tests.screens.judge import DISPLAY, looks, violations
from tests.screens.states import STATES
from tests.screens.window import opened

PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9H0z"/></svg>'


def test_contrast_is_that_of_the_guidelines() -> None:
    assert brand.contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert brand.contrast((0x77, 0x77, 0x77), (255, 255, 255)) == pytest.approx(
        4.48, abs=0.01
    )


@pytest.mark.parametrize("accent", ["#FF8800", "#999999", "green", "#12345", "#GGGGGG"])
def test_a_colour_that_cannot_be_read_is_refused(accent: str) -> None:
    with pytest.raises(ValueError, match="accent"):
        ScreensSettings(accent=accent)


@pytest.mark.parametrize("accent", ["#085A42", "#0B2E6B", "#7A0019", "#000000"])
def test_in_both_schemes_a_colour_is_legible_on_its_grounds(accent: str) -> None:
    assert ScreensSettings(accent=accent).accent == accent
    css = brand.sheet(accent).body.decode()
    light, dark, auto = re.findall(
        r"--go: (#\w+); --on-go: (#\w+); --go-pale: (#\w+);", css
    )
    assert dark == auto
    for (go, on, pale), ground, paper in (
        (light, brand.LIGHT_GROUND, brand.LIGHT_PAPER),
        (dark, brand.DARK_GROUND, brand.DARK_PAPER),
    ):
        for under in (ground, paper, brand.colour(on)):
            assert brand.contrast(brand.colour(go), under) >= brand.LEAST - 0.05
        assert brand.contrast(brand.colour(go), brand.colour(pale)) >= 4.5


def test_a_logo_that_cannot_be_shown_is_named(tmp_path: Path) -> None:
    for name, body in (("logo.gif", b"GIF89a"), ("logo.png", b"x" * (257 << 10))):
        (tmp_path / name).write_bytes(body)
        with pytest.raises(ConfigError, match=f"screens.logo: {tmp_path / name}"):
            check(ScreensSettings(logo=tmp_path / name))
    with pytest.raises(ConfigError, match=r"screens\.logo"):
        check(ScreensSettings(logo=tmp_path / "none.svg"))


async def test_a_shop_whose_logo_is_lost_goes_by_its_name(tmp_path: Path) -> None:
    settings = ScreensSettings(logo=tmp_path / "none.svg", theme="dark")
    async with (
        running(settings=settings) as screens,
        httpx.AsyncClient(base_url=screens.url, trust_env=False) as http,
    ):
        page = (await http.get("/display")).text
        assert 'class="logo"' not in page
        assert "Épicerie Lucie" in page
        assert 'data-theme="dark"' in (await http.get("/")).text
        assert (await http.get("/static/brand.css")).status_code == 200


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is missing")
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_the_display_wears_both(
    browser: Browser, tmp_path: Path, theme: str
) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_bytes(PICTURE)
    settings = ScreensSettings(logo=logo, accent="#7A0019", theme=theme)
    async with (
        running(settings=settings) as screens,
        opened(browser, screens, "display") as window,
    ):
        await window.page.set_viewport_size({"width": 1024, "height": 600})
        wide = "document.querySelector('.logo').naturalWidth"
        assert await window.page.evaluate(wide) > 0
        for name in ("idle", "mailed_and_printed"):
            await window.draw(STATES[name])
            assert await looks(window.page, DISPLAY) == [], name
            assert await violations(window.page) == [], name
