"""What a page must be, whatever it shows: legible, whole, within reach of a finger.

Each check answers with what is wrong, in words; nothing is well.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from playwright.async_api import Page

AXE: Final = (files("axe_playwright_python") / "axe.min.js").read_text()

# Each visible text against what is painted behind it (WCAG 2.2, 1.4.3).
FAINT = """(least) => {
  const parse = (css) => {
    const [r, g, b, a = 1] = css.match(/[\\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const light = ({ r, g, b }) => [r, g, b]
    .map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.a > 0.99) return colour;
    }
    return { r: 255, g: 255, b: 255 };
  };
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const words = texts.currentNode.data.trim();
    if (!words || !element.checkVisibility() || element.closest("svg,.unseen,option,noscript")) continue;
    if (element.closest("button:disabled")) continue;
    const [dark, bright] = [light(parse(getComputedStyle(element).color)), light(behind(element))]
      .sort((a, b) => a - b);
    const ratio = (bright + 0.05) / (dark + 0.05);
    if (ratio < least) found.push(`faint: ${words}: ${ratio.toFixed(2)}`);
  }
  return found;
}"""

# What a finger cannot hit: too small, or beyond the edge of what it scrolls in.  Ten
# letters in a row on a narrow upright screen are as wide as WCAG's and our least target.
SMALL = """(least) => [...document.querySelectorAll("button, input, select, summary, a")]
  .filter((element) => element.checkVisibility() && !element.closest(".slot"))
  .map((element) => {
    const rolls = element.closest("ol, .card, .verdict, [data-rolls]") !== null;
    const letter = innerWidth < 640 && element.closest(".keys:not(.pad)") !== null;
    return [element.innerText || element.id, element.getBoundingClientRect(), rolls, letter ? 48 : least];
  })
  .filter(([, box, rolls, due]) => Math.min(box.width, box.height) < due - 0.5
    || box.right > innerWidth + 0.5 || box.left < -0.5 || (!rolls && box.bottom > innerHeight + 0.5))
  .map(([name, box]) => `small or outside: ${name}: ${box.width} x ${box.height} at ${box.right}, ${box.bottom}`)"""

# Words that stand outside the screen, or outside the box that they belong to.
OUTSIDE = """() => [...document.querySelectorAll("main *, .past > p")]
  .filter((element) => element.childElementCount === 0 && element.innerText?.trim())
  .filter((element) => element.checkVisibility())
  .filter((element) => !element.closest(".slot, ol, svg, .unseen, .head h1, select, .word"))
  .filter((element) => {
    const words = document.createRange();
    words.selectNodeContents(element);
    const box = words.getBoundingClientRect();
    const rolls = element.closest(".card, .verdict, [data-rolls]") !== null;
    const home = (element.closest("button, .notice, .card, .left") ?? document.body)
      .getBoundingClientRect();
    return box.left < home.left - 1 || box.right > home.right + 1 || box.right > innerWidth + 1
      || (!rolls && (box.top < home.top - 1 || box.bottom > home.bottom + 1 || box.bottom > innerHeight + 1));
  })
  .map((element) => `outside: ${element.innerText}`)"""

# Words that are wider than their own box.  Left out is what is cut on purpose.
CUT = """() => [...document.querySelectorAll("body *")]
  .filter((element) => element.innerText?.trim() && element.checkVisibility() && element.clientWidth > 0)
  .filter((element) => !element.closest("svg, .slot, .unseen, select, .word, .what, .head h1, .brief .lamp"))
  .filter((element) => element.scrollWidth > element.clientWidth + 1)
  .map((element) => `cut: ${element.tagName} ${element.id || element.className}: ${element.innerText.slice(0, 60)}`)"""


@dataclass(frozen=True, slots=True)
class Bar:
    """How high it is: contrast as a ratio, targets in CSS pixels."""

    contrast: float
    target: int


DISPLAY: Final = Bar(7, 64)
DESK: Final = Bar(4.5, 48)
BARS: Final = {"display": DISPLAY, "cashier": DESK, "it": DESK, "pair": DESK}


async def looks(page: Page, bar: Bar) -> list[str]:
    """What cannot be read, or touched."""
    size = page.viewport_size
    assert size is not None
    wide = await page.evaluate("document.documentElement.scrollWidth")
    found: list[str] = [
        *await page.evaluate(FAINT, bar.contrast),
        *await page.evaluate(SMALL, bar.target),
        *await page.evaluate(OUTSIDE),
        *await page.evaluate(CUT),
    ]
    if wide > size["width"]:
        found.append(f"the page is {wide} wide")
    return found


async def violations(page: Page) -> list[str]:
    """What axe-core finds, every rule of it."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE)
    found = await page.evaluate("axe.run({ resultTypes: ['violations'] })")
    return [
        f"axe {each['id']}: {each['help']}: {node['html'][:120]}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
