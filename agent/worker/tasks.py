"""What the worker can do, by name.  Pure functions of their parameters.

Each takes JSON parameters and bytes and returns JSON and bytes, so that a task
can be replayed from a file.  Only the worker process imports this file: the
relay knows the names and pays for none of what stands behind them.
"""

from __future__ import annotations

import datetime as dt
import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from agent.epos import json_job, translate
from agent.epos import reading as epos
from agent.escpos import interpret, profiles
from agent.escpos.interpret import Read
from agent.escpos.memory import EMPTY, Memory
from agent.escpos.passing import Passing, passing
from agent.escpos.replies import worked
from agent.letters import mail, slips, sms, strip_pdf
from agent.letters.words import PHRASES
from agent.paper import html, pictured, reading, text
from agent.paper.measure import rise
from agent.paper.strip import PaperLine, Strip
from agent.profiles import sharpen
from agent.qr import svg
from agent.receipt import specimen
from agent.star import interpret as star
from agent.star import profiles as star_profiles
from agent.wire import mentions, sameness
from agent.wire.receipt import PICTURE_CHARS, DocKind, Picture, Reading, Receipt
from agent.worker import facts, whole
from agent.worker.frames import Frame

Params = Mapping[str, Any]


WARM_JOB: Final = (
    specimen.SALE.encode()
    + b"\x1dk\x02400638133393\0\x1d(k\x04\0\x31\x50\x30A\x1d(k\x03\0\x31\x51\x30"
)
"""Lines of a sale, for which word lists are compiled; an EAN13 and a QR: with each comes a
library."""
WARM_DOCUMENT: Final = "<epos-print><text>é</text></epos-print>".encode()
"""The tables of letters."""
MAX_MADE_BYTES: Final = 8 << 20
"""Twice the longest document.  More comes of pictures that claim to be wide and are not;
a frame that does not fit would be the end of this process."""
MAX_PROBLEM_CHARACTERS: Final = 200
"""A key that is not known is named, and may be as long as the document."""


DOTS_A_MM: Final = 8
"""203 dots to the inch, as near as makes no difference on a roll."""


def warm(_params: Params, _body: bytes) -> Frame:
    """Do one of each, so that the first receipt finds every table loaded."""
    params = {"profile": "default", "country": "FR", "reads": False}
    understand(params, WARM_JOB)
    draw_qr({"url": "https://example.invalid/r/A"}, b"")
    read_epos({"dots_per_inch": 203}, WARM_DOCUMENT)
    return Frame({})


def understand(params: Params, body: bytes, memory: bytes = b"") -> Frame:
    """A raw job -> facts, and as parts: receipt/1 JSON, the strip as HTML, what passes.

    ``memory`` is what the printer remembers; whether that changes is a fact, and
    what it becomes says :func:`learn`.  What passes goes to the printer though the
    paper waits (:mod:`agent.escpos.passing`).  A fourth part, if somebody ``reads``, is a
    picture of text for an engine; what it reads goes to :func:`understand_read`.
    """
    done, before = _read(params, body, memory)
    strip = done.strip
    receipt = _receipt(text.lines(strip), strip, params)
    found = pictured.sheet(strip) if receipt.kind is DocKind.UNKNOWN else None
    defines = done.memory is not before
    passes = _passes(params, body)
    if found is None:
        known = params.get("known", "")
        return _understood(receipt, strip, passes, defines=defines, known=known)
    wanted = found.readable and params.get("reads", False)
    to_read = (pictured.to_read(found),) if wanted else ()
    receipt = receipt.model_copy(update={"picture": _picture(strip)})
    return _understood(
        receipt,
        strip,
        passes,
        *to_read,
        unread=found.large,
        defines=defines,
        known=params.get("known", ""),
    )


def understand_read(
    params: Params, body: bytes, tsv: bytes, memory: bytes = b""
) -> Frame:
    """The same for a picture of text that an engine has read (tesseract's TSV)."""
    done, before = _read(params, body, memory)
    strip = done.strip
    found = pictured.sheet(strip)
    if found is None:
        raise ValueError("nothing of this job is a picture")
    said = reading.read(strip, found, tsv)
    receipt = _receipt(said.lines, strip, params)
    source = Reading(
        engine=params["engine"],
        confidence=round(said.confidence, 2),
        doubtful=tuple(at for at in said.doubtful if at < len(receipt.lines)),
    )
    receipt = receipt.model_copy(update={"reading": source, "picture": _picture(strip)})
    return _understood(
        receipt,
        strip,
        _passes(params, body),
        unread=found.large and said.confidence < reading.TRUSTED,
        defines=done.memory is not before,
        known=params.get("known", ""),
    )


def learn(params: Params, body: bytes, memory: bytes) -> Frame:
    """A raw job -> what the printer remembers after it; nothing if that is the same."""
    done, before = _read(params, body, memory)
    after = done.memory
    return Frame({}, (b"" if after is before else after.to_bytes(),))


def _read(params: Params, body: bytes, memory: bytes) -> tuple[Read, Memory]:
    """The job as the printer does it, and what the printer remembered before."""
    if _is_star(params):
        # Its logos are those that the job itself defines.
        return Read(star.interpret(body, star_profiles.printer()), EMPTY), EMPTY
    before = Memory.from_bytes(memory)
    printer = profiles.printer(params["profile"], **params.get("letters", {}))
    return interpret.read(body, printer, before), before


def _receipt(lines: Sequence[PaperLine], strip: Strip, params: Params) -> Receipt:
    """With what is known of the POS."""
    return sharpen.read(
        lines,
        text.symbols(strip),
        country=params["country"],
        profile=sharpen.profile_of(params.get("known", "")),
    )


def _is_star(params: Params) -> bool:
    return bool(params.get("dialect") == "star")


def _passes(params: Params, body: bytes) -> Passing:
    return Passing(b"", ()) if _is_star(params) else passing(body)


def _picture(strip: Strip) -> Picture | None:
    copy = pictured.to_keep(strip, PICTURE_CHARS // 4 * 3)
    if copy is None:
        return None
    png = b64encode(copy.png).decode("ascii")
    return Picture(width=copy.width, height=copy.height, png=png)


def _understood(
    receipt: Receipt,
    strip: Strip,
    passes: Passing,
    *to_read: bytes,
    unread: bool = False,
    defines: bool,
    known: str = "",
) -> Frame:
    """``unread``: a picture of which nobody is sure what it says.

    ``defines``: the printer remembers something else after it.
    """
    receipt, said = facts.told(receipt, sharpen.profile_of(known))
    header = {
        "left_out": passes.left_out,
        "gist": receipt.gist,
        "printed": sameness.printed(receipt),
        "mentions": list(receipt.mentions),
        "loyalty_card": receipt.loyalty_card,
        "unread": unread,
        "defines": defines,
        "paper_mm": round(sum(map(rise, strip.elements)) / DOTS_A_MM),
        **said,
    }
    document = receipt.model_dump_json(exclude_defaults=True).encode()
    first = receipt.items[0].label if receipt.items else ""
    strip_html = _with_mentions(html.render(strip, first), receipt).encode()
    return Frame(header, (document, strip_html, passes.now, *to_read))


def _with_mentions(strip_html: str, receipt: Receipt) -> str:
    """A strip that leaves out or never had what the law wants said says it below."""
    says = mentions.lacking(receipt.mentions, strip_html, "fr")
    return strip_html + "".join(f'<p class="strip-box">{each}</p>' for each in says)


def contents(params: Params, body: bytes, question: bytes, memory: bytes) -> Frame:
    """What the printer holds when ``question`` follows ``body`` in its job."""
    printer = profiles.printer(params["profile"], **params.get("letters", {}))
    held = worked.contents(body, question, printer, Memory.from_bytes(memory))
    return Frame(held.facts())


def read_epos(params: Params, body: bytes) -> Frame:
    """An ePOS-Print document -> what its door must know, and as a part its ESC/POS.

    Or ``problems``, without a part.
    """
    document = epos.read(body)
    if isinstance(document, epos.Refused):
        too_long = document.code == "RequestEntityTooLarge"
        return _refused([("", document.why)], too_long=too_long)
    return _made(
        translate.translate(document.orders, params["dots_per_inch"]),
        asks=not document.orders,
        force=document.force,
        only_pulses=document.only_pulses,
        devid=document.devid,
        printjobid=document.printjobid,
    )


def read_json(params: Params, body: bytes) -> Frame:
    """A job in JSON -> the same; it says nothing beside what is to be printed."""
    job = json_job.read(body)
    if isinstance(job, tuple):
        return _refused((each.where, each.what) for each in job)
    return _made(json_job.translate(job, params["dots_per_inch"]))


def _made(
    raw: bytes,
    *,
    asks: bool = False,
    force: bool = False,
    only_pulses: bool = False,
    devid: str = "",
    printjobid: str = "",
) -> Frame:
    if len(raw) > MAX_MADE_BYTES:
        what = f"more than {MAX_MADE_BYTES} bytes for the printer"
        return _refused([("", what)], too_long=True)
    header = {
        "asks": asks,
        "force": force,
        "only_pulses": only_pulses,
        "devid": devid,
        "printjobid": printjobid,
    }
    return Frame(header, (raw,))


def _refused(problems: Iterable[tuple[str, str]], *, too_long: bool = False) -> Frame:
    end = MAX_PROBLEM_CHARACTERS
    said = [(where[:end], what[:end]) for where, what in problems]
    return Frame({"problems": said, "too_long": too_long})


def draw_qr(params: Params, _body: bytes) -> Frame:
    """An address -> its QR as SVG."""
    return Frame({}, (svg.draw(params["url"]).encode(),))


def compose_mail(
    params: Params, body: bytes, raw: bytes = b"", memory: bytes = b""
) -> Frame:
    """A receipt/1 JSON -> an RFC 5322 message; ``raw`` is its job, for the PDF."""
    receipt = Receipt.model_validate_json(body)
    envelope = mail.Envelope(
        sender=params["sender"],
        recipient=params["recipient"],
        message_id=params["message_id"],
        date=dt.datetime.fromisoformat(params["date"]),
        reply_to=params.get("reply_to", ""),
    )
    shared = {
        "url": params["url"],
        "shop": params["shop"],
        "lang": params["lang"],
        "sensitive": params.get("sensitive", False),
    }
    if params.get("annulled", False):
        return Frame({}, (mail.compose_annulled(receipt, envelope, **shared),))
    discreet = mail.is_discreet(receipt, sensitive=shared["sensitive"])
    wanted = params.get("pdf", False) and not discreet
    message = mail.compose(
        receipt,
        envelope,
        **shared,
        copy_number=params["copy_number"],
        pdf=_pdf(params, receipt, raw, memory) if wanted else b"",
        offer=params.get("offer", ""),
    )
    return Frame({}, (message,))


def _pdf(params: Params, receipt: Receipt, raw: bytes, memory: bytes) -> bytes:
    strip = _read(params, raw, memory)[0].strip if raw else None
    number = params["copy_number"]
    return strip_pdf.compose(
        strip or strip_pdf.of_lines(receipt.lines),
        mark=PHRASES[params["lang"]].copy.format(number=number) if number else "",
        lang=params["lang"],
    )


def compose_sms(params: Params, _body: bytes) -> Frame:
    """What a text message needs to know -> its text, in letters of GSM 03.38."""
    text = sms.compose(
        url=params["url"],
        shop=params["shop"],
        lang=params["lang"],
        copy_number=params["copy_number"],
        sensitive=params["sensitive"],
        annulled=params["annulled"],
    )
    return Frame({}, (text.encode(),))


def render_slip(params: Params, body: bytes) -> Frame:
    """A slip that we compose ourselves -> ESC/POS bytes for the printer.

    A body is the receipt/1 that the slip is about.
    """
    slip, fields = slips.SLIPS[params["slip"]], params["fields"]
    if body:
        fields = {**fields, "receipt": json.loads(body)}
    return Frame({}, (slip(params["profile"], fields),))


Task = Callable[..., Frame]
"""Parameters, then as many byte strings as it has."""

TASKS: Final[Mapping[str, Task]] = {
    "warm": warm,
    "understand": understand,
    "understand_read": understand_read,
    "learn": learn,
    "contents": contents,
    "read_epos": read_epos,
    "read_json": read_json,
    "draw_qr": draw_qr,
    "warm_qr": whole.warm,
    "pack_qr": whole.pack_qr,
    "draw_whole": whole.draw_whole,
    "compose_mail": compose_mail,
    "compose_sms": compose_sms,
    "render_slip": render_slip,
}
