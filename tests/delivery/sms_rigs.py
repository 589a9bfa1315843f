"""Each way of a message out of the shop, on real sockets or a real tty, and its faults.

What the conformance suite asks of all of them, in the words of none.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from email import message_from_bytes
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

from agent.clock import SystemClock
from agent.delivery import sms_ways
from agent.delivery.channels.email import EmailChannel
from agent.delivery.post import Channel
from agent.delivery.settings_mail import MailSettings
from agent.delivery.settings_sms import SmsSettings
from agent.delivery.sms.note import Note
from hardware_sim.gateways import Gateways
from hardware_sim.gateways import Weather as Sky
from hardware_sim.modem import Modem
from tests.mail.relays import Relay

TEXT = "Halles : votre ticket https://tickets.example/r/ABCDEFGHIJKLMNOPQRSTUV2345"
NUMBER = "+33612345678"
TOTAL_S = 1.0


class Way(ABC):
    """One channel and what stands at its far end.

    ``recipient`` can be reached; ``never`` are no recipients.  ``tells``: the far side
    knows a message again, so one in doubt is never doubled.
    """

    channel: Channel
    recipient = NUMBER
    never: tuple[str, ...] = ("", "0612345678", "+33", "+33612345678\r\nAT", "Anna")
    tells = True

    def message(self, number: int = 1, doubts: int = 0) -> bytes:
        return bytes(Note(f"parcel-{number}", f"{TEXT}{number}", doubts))

    @abstractmethod
    def taken(self) -> list[tuple[str, str]]:
        """Recipient and what is one message's alone, of each that will arrive."""

    @abstractmethod
    def well(self) -> None: ...

    @abstractmethod
    def refuses(self) -> None: ...

    @abstractmethod
    def busy(self) -> None: ...

    @abstractmethod
    def refuses_us(self) -> None: ...

    @abstractmethod
    def stalls(self) -> None: ...

    @abstractmethod
    def takes_and_goes(self) -> None:
        """It took the message and the answer never comes."""

    @abstractmethod
    async def away(self) -> None: ...

    @abstractmethod
    async def back(self) -> None: ...


class Mail(Way):
    recipient = "anne.martin@mail.example"
    never: tuple[str, ...] = (
        "",
        "anne",
        "a@b@c.example",
        "a@b.example>\r\nDATA",
        "é@b.example",
    )
    tells = False

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.server: asyncio.Server | None = None
        self.port = 0

    def message(self, number: int = 1, doubts: int = 0) -> bytes:
        return f"Message-ID: <{number}@shop.example>\r\n\r\n12,30\r\n".encode()

    def taken(self) -> list[tuple[str, str]]:
        return [
            (
                each.rcpt_tos[0],
                message_from_bytes(each.content or b"")["Message-ID"],  # type: ignore[arg-type]
            )
            for each in self.relay.took
        ]

    def well(self) -> None:
        fresh = Relay()
        fresh.took = self.relay.took
        self.relay.released.set()
        self.relay.__dict__.update(vars(fresh))

    def refuses(self) -> None:
        self.relay.to_recipient = "550 5.1.1 no such user"

    def busy(self) -> None:
        self.relay.to_recipient = "450 4.2.0 greylisted"

    def refuses_us(self) -> None:
        self.relay.to_sender = "550 5.7.1 not yours"

    def stalls(self) -> None:
        self.relay.stalls = True

    def takes_and_goes(self) -> None:
        self.relay.stalls = True  # its answer to DATA does not come

    async def away(self) -> None:
        assert self.server is not None
        self.server.close()
        await asyncio.sleep(0)

    async def back(self) -> None:
        loop = asyncio.get_running_loop()
        self.server = await loop.create_server(
            lambda: SMTP(self.relay, hostname="relay.test"), "127.0.0.1", self.port
        )
        self.port = self.server.sockets[0].getsockname()[1]


class Web(Way):
    """``refusal`` is what this gateway says of a number that is none."""

    def __init__(self, gateways: Gateways, refusal: Sky) -> None:
        self.gateways = gateways
        self.refusal = refusal

    def taken(self) -> list[tuple[str, str]]:
        return [(each.number, each.text) for each in self.gateways.taken]

    def well(self) -> None:
        self.gateways.weather = Sky()

    def refuses(self) -> None:
        self.gateways.weather = self.refusal

    def busy(self) -> None:
        self.gateways.weather = Sky(status=429, retry_after="30")

    def refuses_us(self) -> None:
        self.gateways.weather = Sky(status=401, said={"message": "no"})

    def stalls(self) -> None:
        self.gateways.weather = Sky(stall_s=30.0)

    def takes_and_goes(self) -> None:
        self.gateways.weather = Sky(cut="after")

    async def away(self) -> None:
        await self.gateways.shut()

    async def back(self) -> None:
        await self.gateways.open()


class Radio(Way):
    def __init__(self, modem: Modem) -> None:
        self.modem = modem

    def taken(self) -> list[tuple[str, str]]:
        return [(each.number, each.text) for each in self.modem.sent]

    def well(self) -> None:
        self.modem.weather = type(self.modem.weather)()

    def refuses(self) -> None:
        self.modem.weather.cms = 1

    def busy(self) -> None:
        self.modem.weather.cms = 42

    def refuses_us(self) -> None:
        self.modem.weather.cms = 330

    def stalls(self) -> None:
        self.modem.weather.mute = True

    def takes_and_goes(self) -> None:
        self.modem.weather.mute_after_send = True

    async def away(self) -> None:
        self.modem.unplug()

    async def back(self) -> None:
        self.modem.plug()


def settings(**changes: Any) -> SmsSettings:
    given = {"total_s": TOTAL_S, "connect_s": 0.5, "modem_total_s": 2 * TOTAL_S}
    return SmsSettings.model_validate(given | changes)


def in_file(folder: Path, name: str, secret: str) -> Path:
    path = folder / name
    path.write_text(secret + "\n")
    return path


def http_section(url: str, folder: Path, **changes: Any) -> dict[str, Any]:
    return {
        "url": f"{url}/send",
        "headers": {
            "Authorization": "Bearer {secret}",
            "Idempotency-Key": "{id}",
        },
        "body": '{"to": "{to}", "text": "{text}"}',
        "secret_file": in_file(folder, "http", Gateways.token),
        "reference": "messages.0.id",
        "success": "status=queued",
    } | changes


def twilio_section(url: str, folder: Path) -> dict[str, Any]:
    return {
        "account": Gateways.account,
        "secret_file": in_file(folder, "twilio", Gateways.auth_token),
        "sender": "+33700000000",
        "base_url": url,
    }


def ovh_section(url: str, folder: Path) -> dict[str, Any]:
    return {
        "application_key": Gateways.application,
        "application_secret_file": in_file(folder, "s", Gateways.application_secret),
        "consumer_key_file": in_file(folder, "c", Gateways.consumer),
        "service": Gateways.service,
        "base_url": f"{url}/1.0",
    }


def _channel(given: SmsSettings, folder: Path) -> Channel:
    return sms_ways.channel(given, SystemClock(), folder)


@asynccontextmanager
async def _mail(_folder: Path) -> AsyncGenerator[Way]:
    way = Mail(Relay())
    await way.back()
    way.channel = EmailChannel(
        MailSettings(
            host="127.0.0.1",
            port=way.port,
            security="none",
            sender="tickets@shop.example",
            step_s=TOTAL_S / 2,
            total_s=TOTAL_S,
        )
    )
    yield way
    way.relay.released.set()
    way.channel.close()
    await way.away()


@asynccontextmanager
async def _http(folder: Path, *, idempotent: bool) -> AsyncGenerator[Way]:
    async with Gateways() as gateways:
        gateways.dedupes = idempotent
        way = Web(gateways, Sky(status=422, said={"error": "no such number"}))
        way.tells = idempotent
        section = http_section(gateways.url, folder, idempotent=idempotent)
        way.channel = _channel(settings(way="http", http=section), folder)
        yield way


@asynccontextmanager
async def _twilio(folder: Path) -> AsyncGenerator[Way]:
    async with Gateways() as gateways:
        said = {"code": 21614, "message": f"{NUMBER} is not a mobile number"}
        way = Web(gateways, Sky(status=400, said=said))
        section = twilio_section(gateways.url, folder)
        way.channel = _channel(settings(way="twilio", twilio=section), folder)
        yield way


@asynccontextmanager
async def _ovh(folder: Path) -> AsyncGenerator[Way]:
    async with Gateways() as gateways:
        said = {"ids": [], "invalidReceivers": [NUMBER], "validReceivers": []}
        way = Web(gateways, Sky(status=200, said=said))
        section = ovh_section(gateways.url, folder)
        way.channel = _channel(settings(way="ovh", ovh=section), folder)
        yield way


@asynccontextmanager
async def _modem(folder: Path) -> AsyncGenerator[Way]:
    async with Modem(folder) as modem:
        way = Radio(modem)
        way.channel = _channel(
            settings(way="modem", modem={"device": str(modem.path)}), folder
        )
        yield way


WAYS: dict[str, Callable[[Path], Any]] = {
    "email": _mail,
    "http": lambda folder: _http(folder, idempotent=True),
    "http, no key": lambda folder: _http(folder, idempotent=False),
    "twilio": _twilio,
    "ovh": _ovh,
    "modem": _modem,
}


@asynccontextmanager
async def way_out(name: str) -> AsyncGenerator[Way]:
    """One of ``WAYS``, in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="way-"))
    try:
        async with WAYS[name](folder) as way:
            yield way
    finally:
        shutil.rmtree(folder)
