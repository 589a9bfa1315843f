"""The language that a customer chose at the display goes with the receipt."""

from __future__ import annotations

from agent.screens.snapshot import Shown
from tests.pipeline.rig import Rig, document


def on_display(rig: Rig) -> Shown:
    shown = rig.counter.snapshot("display").shown
    assert shown is not None
    return shown


def drawn(rig: Rig) -> list[str]:
    """Of each QR, what follows the page's token."""
    urls = [params["url"] for task, params in rig.worker.asked if task == "draw_qr"]
    return [url.partition("?")[2] for url in urls]


async def test_the_qr_carries_it_and_french_leaves_it_to_the_phone() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        shown = on_display(rig)
        before = rig.counter.picture.revision
        assert await rig.counter.speak("ar", shown.id) is None
        assert rig.counter.picture.revision > before
        await rig.counter.speak("fr", shown.id)
        await rig.counter.speak("fr", shown.id)
        assert drawn(rig) == ["", "lang=ar", ""]
        assert await rig.counter.speak("de", "gone") is not None


async def test_a_cashier_s_choice_leaves_the_customer_s_language() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        receipt = on_display(rig).id
        await rig.counter.speak("de", receipt)
        await rig.counter.choose(receipt, "email", "anna@example.org", "cashier", "en")
        assert rig.shelf.parcels[-1].lang == "de"


async def test_a_restart_forgets_no_language() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        await rig.counter.speak("es", on_display(rig).id)
    rig.build()
    async with rig.running():
        assert on_display(rig).id
    assert drawn(rig) == ["", "lang=es", "lang=es"]


async def test_without_a_worker_the_code_that_is_there_stays() -> None:
    rig = Rig()
    async with rig.running():
        await rig.job(document())
        was = on_display(rig).qr_svg
        rig.worker.broken.add("draw_qr")
        assert await rig.counter.speak("es", on_display(rig).id) is None
        assert on_display(rig).qr_svg == was
