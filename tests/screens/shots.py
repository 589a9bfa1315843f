"""Every state of every screen, judged, and as a picture to be looked at.

python -m tests.screens.shots [FOLDER] [--only WORD]

The pictures of ``docs/screens`` are made by it, with their index: one of each state at
7 inches, and one sheet of all states for each other size; and axe-core's report.  What
is faint, cut, too small or found by axe-core is told, and ends it with 1.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw
from playwright.async_api import Browser, Page, async_playwright

from agent.screens.settings import ScreensSettings
from agent.screens.snapshot import Snapshot
from tests.screens.browser import CHROMIUM, launch
from tests.screens.counter import Screens, running
from tests.screens.extremes import EXTREMES
from tests.screens.hearing import NAME, Hearing
from tests.screens.judge import BARS, looks
from tests.screens.states import IDLE, OFFER, STATES

FOLDER: Final = Path(__file__).parents[2] / "docs" / "screens"
COLOURS: Final = 40
"""Of a picture: drawn faces and a strip need no more, and it is a third as large."""
COLUMNS: Final = {True: 7, False: 4}
THUMB: Final = {True: 270, False: 500}
"""Pixels: the width of a picture on a sheet, upright or not."""
SETTLE_MS: Final = 80
"""Pages that prefer no motion are drawn at once; the paper comes by itself."""
HEARD_AT: Final = frozenset({"10-inch", "phone", ""})
"""Sizes at which axe-core listens: what it finds does not depend on others."""

Size = tuple[int, int]
SIZES: Final[Mapping[str, Mapping[str, Size]]] = {
    "display": {
        "7-inch": (1024, 600),
        "10-inch": (1280, 800),
        "15-inch": (1366, 768),
        "10-inch-upright": (800, 1280),
        "phone": (390, 844),
    },
    "cashier": {
        "7-inch": (1024, 600),
        "10-inch": (1280, 800),
        "15-inch": (1366, 768),
        "beside-a-pos": (400, 800),
        "under-a-pos": (1024, 440),
        "phone": (390, 844),
    },
    "it": {"10-inch": (1280, 800), "phone": (390, 844)},
    "pair": {"10-inch": (1280, 800), "phone": (390, 844)},
}
BY_ITSELF: Final = frozenset({"7-inch"})
FOR_THE_SHOP: Final = frozenset({"dead_letters", "self_checkout"})
"""States of which a customer's display shows nothing of its own."""
SHOWN: Final[Mapping[str, Mapping[str, Snapshot]]] = {
    "display": {
        name: each
        for name, each in (STATES | EXTREMES).items()
        if name not in FOR_THE_SHOP
    },
    "cashier": STATES | EXTREMES,
    "it": {"idle": IDLE, "dead_letters": STATES["dead_letters"]},
    "pair": {"idle": IDLE},
}
LANGUAGES: Final = ("en", "es", "de", "ar")


class Album:
    """Pictures in a folder; ``only`` those with this word in their name."""

    def __init__(self, folder: Path, only: str) -> None:
        self._folder = folder
        self._only = only
        self.faults: list[str] = []
        self.hearing = Hearing(only)
        self._thumbs: list[tuple[str, Image.Image]] = []

    def wants(self, stem: str) -> bool:
        """Whether any picture of this beginning is asked for."""
        return self._only in stem or stem in self._only

    async def take(self, page: Page, name: str, view: str, size: str = "") -> None:
        """One picture, judged; onto the sheet of its size if it is not kept by itself."""
        bad = await looks(page, BARS[view])
        if size in HEARD_AT:
            bad += await self.hearing.listen(page, name, view, size)
        self.faults += [f"{name}: {each}" for each in bad]
        drawn = Image.open(io.BytesIO(await page.screenshot())).convert("RGB")
        if size in BY_ITSELF or not size:
            _save(drawn, self._folder / f"{name}.png")
        else:
            state = name.removeprefix(f"{view}-{size}-")
            width = THUMB[drawn.height > drawn.width]
            height = drawn.height * width // drawn.width
            small = drawn.resize((width, height), Image.Resampling.LANCZOS)
            self._thumbs.append((state, small))

    def bind(self, name: str) -> None:
        """The sheet of the pictures since the last one."""
        if not self._thumbs:
            return
        first = self._thumbs[0][1]
        upright = first.height > first.width
        wide, tall = THUMB[upright] + 8, first.height + 24
        columns = min(COLUMNS[upright], len(self._thumbs))
        rows = -(-len(self._thumbs) // columns)
        sheet = Image.new("RGB", (columns * wide, rows * tall), "#6b675f")
        pen = ImageDraw.Draw(sheet)
        for at, (state, image) in enumerate(self._thumbs):
            x, y = at % columns * wide + 4, at // columns * tall
            pen.text((x, y + 6), state, fill="white")
            sheet.paste(image, (x, y + 20))
        _save(sheet, self._folder / f"{name}.png")
        self._thumbs.clear()


def _save(drawn: Image.Image, path: Path) -> None:
    """Few colours; one that shows the same is left alone."""
    few = drawn.quantize(COLOURS, kmeans=2, dither=Image.Dither.NONE)
    if path.exists():
        with Image.open(path) as before:
            if before.convert("RGB").tobytes() == few.convert("RGB").tobytes():
                return
    few.save(path, optimize=True)


async def show(screens: Screens, page: Page, snapshot: Snapshot) -> None:
    screens.counter.show(snapshot)
    await page.wait_for_function(
        "(revision) => document.body.dataset.revision === revision",
        arg=str(screens.counter.showing.revision),
    )
    await page.wait_for_timeout(SETTLE_MS)


@asynccontextmanager
async def opened(
    browser: Browser, url: str, size: Size, scheme: str = "light"
) -> AsyncGenerator[Page]:
    width, height = size
    page = await browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        locale="fr-FR",
        has_touch=True,
        reduced_motion="reduce",
    )
    await page.goto(url)
    await page.evaluate("document.fonts.ready")
    yield page
    await page.close()


async def states(album: Album, browser: Browser, view: str, size: str) -> None:
    async with (
        running() as screens,
        opened(browser, f"{screens.url}/{view}", SIZES[view][size]) as page,
    ):
        for name, snapshot in SHOWN[view].items():
            if view != "pair":
                await show(screens, page, snapshot)
            state = name.replace("_", "-")
            await album.take(page, f"{view}-{size}-{state}", view, size)
        if view == "display":
            await of_the_customer(album, screens, page, size)
        if view == "cashier":
            await of_the_cashier(album, screens, page, size)
        if view == "it":
            await page.locator("#pair").click()
            await page.locator("#offer").wait_for()
            await album.take(page, f"it-{size}-pairing", view, size)
    album.bind(f"{view}-{size}")


async def of_the_customer(
    album: Album, screens: Screens, page: Page, size: str
) -> None:
    """What a person does at the display."""

    async def take(state: str) -> None:
        await album.take(page, f"display-{size}-{state}", "display", size)

    await show(screens, page, STATES["offered_six"])
    await page.locator("#lang").click()
    await take("languages")
    await page.keyboard.press("Escape")
    await page.locator('[data-choice="email"]').click()
    await page.locator("#address").type("marie.dupont@gm")
    await take("entry-email")
    await page.locator("#address").type("ial.com")
    await take("entry-typo")
    await page.locator("#close").click()
    await page.locator('[data-choice="sms"]').click()
    await page.locator("#address").type("06 12 34")
    await take("entry-sms")
    await page.locator("#close").click()
    for lang in LANGUAGES:
        for state in ("offered_six", "mailed", "idle"):
            await show(screens, page, STATES[state])
            if state == "idle":
                await page.locator(f'#idle-langs [data-lang="{lang}"]').click()
            else:
                await page.locator("#lang").click()
                await page.locator(f'#langs [data-lang="{lang}"]').click()
            await take(f"{state.replace('_', '-')}-{lang}")
        await page.locator('#idle-langs [data-lang="fr"]').click()


async def of_the_cashier(album: Album, screens: Screens, page: Page, size: str) -> None:
    """What a cashier does at the strip."""

    async def take(state: str) -> None:
        await album.take(page, f"cashier-{size}-{state}", "cashier", size)

    await show(screens, page, STATES["offered_six"])
    await page.keyboard.press("e")
    await page.keyboard.type("marie@gmial.com")
    await page.keyboard.press("Enter")
    await take("entry-email")
    await page.keyboard.press("Escape")
    await page.locator("#recent .more").nth(1).click()
    await take("send-again")
    await show(screens, page, STATES["dead_letters"])
    await page.keyboard.press("r")
    await take("dead-letters-open")
    await page.keyboard.press("r")
    await show(screens, page, STATES["offered_six"])
    await page.keyboard.press("f")
    await page.keyboard.type("54,90")
    await page.keyboard.press("Enter")
    await page.wait_for_timeout(SETTLE_MS)
    await take("search")
    await page.locator("#find").fill("")
    await page.locator("#till").click()
    await page.locator("#find").tap()
    await take("search-by-touch")
    await page.locator("#till").tap()
    await page.locator('#keys [data-choice="email"]').tap()
    await take("entry-by-touch")
    await page.locator("#close").tap()
    await show(screens, page, EXTREMES["unproven"])
    await page.keyboard.press("v")
    await take("proof")
    await page.keyboard.press("Escape")
    await page.locator("#lang").click()
    await show(screens, page, STATES["mailed_and_printed"])
    await take("english")


async def dark(album: Album, browser: Browser) -> None:
    """Against glare."""
    settings = ScreensSettings(theme="dark")
    for view, state in (
        ("display", "offered_six"),
        ("display", "mailed"),
        ("cashier", "mailed_and_printed"),
        ("it", "idle"),
    ):
        async with (
            running(settings=settings) as screens,
            opened(browser, f"{screens.url}/{view}", (1280, 800), "dark") as page,
        ):
            await show(screens, page, STATES[state])
            name = f"{view}-10-inch-{state.replace('_', '-')}-dark"
            await album.take(page, name, view)


async def away(album: Album, browser: Browser) -> None:
    """When the agent has gone."""
    for view in ("display", "cashier", "it"):
        async with (
            running() as screens,
            opened(browser, f"{screens.url}/{view}", (1280, 800)) as page,
        ):
            await show(screens, page, OFFER)
            screens.task.cancel()
            await page.wait_for_timeout(3000)
            await album.take(page, f"{view}-10-inch-away", view)


def index(folder: Path) -> None:
    """A page that shows them all, by view and size."""
    lines = [
        "# The screens, in every state",
        "",
        "Made and judged by `python -m tests.screens.shots`; the states are those of",
        "`tests/screens/states.py` and `extremes.py`. Why they look as they do:",
        "[design-system.md](../design-system.md).",
    ]
    if (folder / NAME).exists():
        lines += ["", f"What axe-core finds on them: [{NAME}]({NAME})."]
    for view, sizes in SIZES.items():
        lines += ["", f"## {view}"]
        for size, (width, height) in sizes.items():
            lines += ["", f"### {size.replace('-', ' ')}, {width} x {height}", ""]
            stem = f"{view}-{size}"
            if size in BY_ITSELF:
                lines += [_line(each) for each in sorted(folder.glob(f"{stem}-*.png"))]
            else:
                lines.append(f"[![{view}, {size}]({stem}.png)]({stem}.png)")
        others = [
            _line(each)
            for word in ("dark", "away")
            for each in sorted(folder.glob(f"{view}-*-{word}.png"))
        ]
        lines += ["", "### dark, and away", "", *others] if others else []
    (folder / "README.md").write_text("\n".join(lines) + "\n")


def _line(path: Path) -> str:
    return f"* [{path.stem.replace('-', ' ')}]({path.name})"


async def main(folder: Path, only: str) -> list[str]:
    """What is wrong."""
    album = Album(folder, only)
    async with async_playwright() as play:
        browser = await launch(play)
        for view, sizes in SIZES.items():
            for size in sizes:
                if album.wants(f"{view}-{size}"):
                    await states(album, browser, view, size)
        if album.wants("dark"):
            await dark(album, browser)
        if album.wants("away"):
            await away(album, browser)
        album.hearing.write(folder, browser.version)
        await browser.close()
    index(folder)
    return album.faults


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit("Chromium is not installed: nothing to take pictures with")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    parser.add_argument("--only", default="", help="a part of the pictures' names")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    faults = asyncio.run(main(arguments.folder, arguments.only))
    sys.exit("\n".join(faults) or None)
