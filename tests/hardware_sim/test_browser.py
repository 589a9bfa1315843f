from __future__ import annotations

from pathlib import Path

import pytest

from hardware_sim import browser
from hardware_sim.phone import read_qr
from tests.hardware_sim.test_phone import qr_png
from tests.hardware_sim.web import one_page


async def test_a_qr_on_a_screen_is_read_from_the_screenshot(tmp_path: Path) -> None:
    (tmp_path / "qr.png").write_bytes(qr_png("https://tickets.example/r/ABC"))
    async with browser.open_browser() as chromium:
        if chromium is None:
            pytest.skip("no Chromium here: apt-get install chromium libatomic1")
        glass = await chromium.open((tmp_path / "qr.png").as_uri(), 400, 400)
        assert read_qr(await glass.png()) == "https://tickets.example/r/ABC"


async def test_glass_can_be_touched_and_written_on() -> None:
    html = '<body data-state=new><input id=a><button onclick="document.body.dataset.state=a.value">x</button>'
    async with browser.open_browser() as chromium, one_page(html) as site:
        if chromium is None:
            pytest.skip("no Chromium here: apt-get install chromium libatomic1")
        glass = await chromium.open(site.url, 400, 400)
        await glass.type("#a", "done")
        await glass.touch("button")
        await glass.wait('body[data-state="done"]')
        assert await glass.attribute("body", "data-state") == "done"
        await glass.close()


async def test_none_is_had_where_none_is_wanted() -> None:
    async with browser.open_browser(wanted=False) as chromium:
        assert chromium is None


@pytest.mark.parametrize("place", ["/bin/false", "/nowhere/chromium"])
async def test_one_that_is_missing_or_does_not_start_is_none(
    monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(browser, "PLACES", (place,))
    monkeypatch.setattr(browser, "NAMES", ())
    async with browser.open_browser() as chromium:
        assert chromium is None
