"""Python and the browser read the same out of bodies that somebody has spoilt and signed."""

from __future__ import annotations

import random
from typing import Any

import pytest

from agent.qr import decode
from agent.qr.decode import Problem, inflated, opened
from agent.wire.receipt import Receipt
from tests.qr import rig
from tests.qr.make_vectors import case, coded, forged, receipts
from tests.viewer.conftest import CASES, Opens

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]
SPOILT = 600
LONGEST = 2900
"""Characters of an address that still is one."""
READ = """async (addresses) => {
  const { decode } = await import("/r/js/decode.js");
  const { site } = await import("/r/js/site.js");
  const all = [];
  for (const address of addresses) all.push(await decode(new URL(address).hash, site));
  return all.map(({ problem, trust, receipt, left }) => ({ problem, trust, receipt, left }));
}"""


def bodies() -> list[tuple[bytes, int]]:
    """Of the vectors, with the first byte that stands before each."""
    found = []
    for receipt, issuer, target in receipts().values():
        around = opened(coded(receipt, issuer, target).url)
        assert not isinstance(around, Problem)
        raw = inflated(around.packed, rig.DICTIONARIES.get(around.dictionary, b""))
        assert not isinstance(raw, Problem)
        found.append((raw, 0x12 | 4 * around.text | 8 * around.truncated))
    return found


def spoilt(raw: bytes, dice: random.Random) -> bytes:
    """With up to three bytes changed, gone or new."""
    body = bytearray(raw)
    for _ in range(dice.choice((0, 1, 1, 2, 3))):
        at, how = dice.randrange(len(body)), dice.randrange(4)
        if how == 0:
            body[at] = dice.randrange(256)
        elif how == 1:
            body[at] ^= 1 << dice.randrange(8)
        elif how == 2:
            del body[at]
        else:
            body.insert(at, dice.choice((0, 0xF5, 0xF6, 0x20, 0x61, 0xFF)))
    return bytes(body)


async def test_they_agree_on_every_body(opens: Opens) -> None:
    dice, whole = random.Random(9), bodies()
    made: list[dict[str, Any]] = []
    while len(made) < SPOILT:
        raw, first = dice.choice(whole)
        address = forged(spoilt(raw, dice), first=first)
        if len(address) < LONGEST:
            made.append(case("", address))
    async with opens(CASES["a bakery"]["url"]) as page:
        read: list[dict[str, Any]] = await page.evaluate(
            READ, [each["url"] for each in made]
        )
    told = {each.get("problem") or each["trust"] for each in made}
    assert told >= {Problem.BODY.value, decode.Trust.VERIFIED.value}
    for python, browser in zip(made, read, strict=True):
        assert browser.get("problem") == python.get("problem"), python["url"]
        if "receipt" in python:
            assert browser["trust"] == python["trust"]
            assert browser["left"] == python["left"]
            assert Receipt.model_validate(browser["receipt"]) == Receipt.model_validate(
                python["receipt"]
            )
