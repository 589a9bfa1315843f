"""Of many POS at one door it is known which of them said what."""

from __future__ import annotations

import asyncio

from tests.intake.test_raw_tcp import RECEIPT, shop


async def test_it_is_known_who_sent_a_job_and_who_gave_up() -> None:
    async with shop() as here:
        for number, said in ((2, RECEIPT), (3, b"\x10\x05\x02" + RECEIPT)):
            _, writer = await asyncio.open_connection(
                "127.0.0.1", here.port, local_addr=(f"127.0.0.{number}", 0)
            )
            writer.write(said)
            await here.book.until(number - 1)
            writer.close()
    assert [job.source for job, _ in here.book.jobs] == ["127.0.0.2", "127.0.0.3"]
    assert here.book.given_up == ["127.0.0.3"]
