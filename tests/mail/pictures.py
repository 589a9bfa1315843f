"""``python -m tests.mail.pictures [FOLDER]``: the mails as a browser shows them.

Each is composed, parsed as a mail program would, its pictures put in for ``cid:``, and
photographed by Chromium without network: light and dark, 360 and 640 pixels wide.
"""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import io
import sys
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.async_api import Browser, async_playwright

from agent.letters import strip_pdf
from agent.letters.mail import Envelope, compose, compose_annulled
from agent.wire.money import Tongue
from agent.wire.receipt import Code, Merchant
from tests.letters.receipts import GROCER
from tests.screens.browser import launch

FOLDER: Final = Path(__file__).parents[2] / "docs" / "images"
URL: Final = "https://tickets.example/r/K7QXZ4N2V6TRM3YB5DLH2WJEAC"
SENT: Final = dt.datetime(
    2026, 11, 21, 18, 43, 5, tzinfo=dt.timezone(dt.timedelta(hours=1))
)
ENVELOPE: Final = Envelope(
    "tickets@comptoir.example", "marie@example.org", "1@comptoir.example", SENT
)
RECEIPT: Final = GROCER.model_copy(
    update={
        "merchant": Merchant(name="LE COMPTOIR DES HALLES"),
        "codes": (Code(system="CODE128", text="T-000482-7731", role="receipt"),),
        "lines": (
            "       LE COMPTOIR DES HALLES",
            "       12 RUE MONTORGUEIL PARIS",
            "",
            "PAIN DE CAMPAGNE                    3,20",
            "POMMES REINETTE  0,792kg x 2,49     1,97",
            "COMTE 18 MOIS    2 x 4,50           9,00",
            "REMISE FIDELITE                    -1,00",
            "VIN DE LOIRE                       29,00",
            "TOTAL                              42,17",
            "ESPECES                            50,00",
            "RENDU                               7,83",
        ),
    }
)
SHOTS: Final[tuple[tuple[str, Tongue, int, str], ...]] = (
    ("fr-360-light", "fr", 360, "light"),
    ("fr-360-dark", "fr", 360, "dark"),
    ("fr-640-light", "fr", 640, "light"),
    ("fr-640-dark", "fr", 640, "dark"),
    ("ar-360-light", "ar", 360, "light"),
    ("ar-640-dark", "ar", 640, "dark"),
)


def shown(raw: bytes) -> str:
    """The HTML of a message with its pictures in it."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("html",))
    assert body is not None
    html = str(body.get_content())
    for part in message.walk():
        if cid := str(part["Content-ID"] or "").strip("<>"):
            data = base64.b64encode(part.get_content()).decode()
            html = html.replace(f"cid:{cid}", f"data:image/png;base64,{data}")
    return html


def mail(lang: Tongue, **given: Any) -> bytes:
    pdf = strip_pdf.compose(strip_pdf.of_lines(RECEIPT.lines), mark="", lang=lang)
    return compose(
        RECEIPT,
        ENVELOPE,
        url=URL,
        shop="Le Comptoir des Halles",
        lang=lang,
        pdf=pdf,
        **given,
    )


def _small(png: bytes) -> bytes:
    """Flat colours and letters need no more, and it is a third as large."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").quantize(64, dither=Image.Dither.NONE).save(
            out, "PNG", optimize=True
        )
    return out.getvalue()


async def photograph(browser: Browser, html: str, width: int, scheme: Any) -> bytes:
    context = await browser.new_context(
        viewport={"width": width, "height": 400},
        device_scale_factor=2,
        color_scheme=scheme,
        offline=True,
        java_script_enabled=False,
    )
    try:
        page = await context.new_page()
        await page.set_content(html)
        return _small(await page.screenshot(full_page=True))
    finally:
        await context.close()


async def main(folder: Path) -> None:
    annulled = compose_annulled(
        RECEIPT,
        ENVELOPE,
        url=URL,
        shop="Le Comptoir des Halles",
        lang="fr",
        number="000483",
    )
    async with async_playwright() as play:
        browser = await launch(play)
        for name, lang, width, scheme in SHOTS:
            png = await photograph(browser, shown(mail(lang)), width, scheme)
            (folder / f"mail-{name}.png").write_bytes(png)
        png = await photograph(browser, shown(annulled), 640, "light")
        (folder / "mail-annulled.png").write_bytes(png)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
