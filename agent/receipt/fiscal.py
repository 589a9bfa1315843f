"""The fiscal block: which law's, its number, what signs, with which certificate.

Read from printed lines and from the fiscal symbol, which says the same and more.
Nothing is verified: an excerpt of a signature proves nothing by itself.

Sources: NF525 and LNE marks (FR, CGI art. 286-I-3 bis), DSFinV-K annex I (DE),
RKSV annex Z 11 (AT), Portaria 195/2020 (PT), Orden HAC/1177/2024 and TicketBAI (ES),
registratore telematico (IT), GKS/SCE (BE), kontrollenhet (SE), KSeF (PL).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from agent.receipt.lines import Line, Page
from agent.receipt.wording import Wording
from agent.wire.fiscal import Fiscal, Regime

MAX_SIGNATURE_LINES: Final = 8
"""Of a signature that goes on below its label: 128 marks on the narrowest paper."""

_Said = dict[str, Any]

_MARKS: Final[Mapping[Regime, Wording]] = {
    "nf525": Wording(r"\bNF\s?-?\s?525\b|\bLNE\b|\bINFOCERT\b|\bCERTIFIE[ES]?\s+NF\b|\bEMPREINTE\b|\bSIGN(?:ATURE|\.)\s*:\s*[0-9A-F]{4}"),
    "tse": Wording(r"\bTSE\b|\bTSE-"),
    "rksv": Wording(r"\bRKSV\b|\bKASSEN-?ID\b|\bREGISTRIERKASSE"),
    "atcud": Wording(r"\bATCUD\b|\bPROGRAMA\s+CERTIFICADO"),
    "verifactu": Wording(r"\bVERI\*?FACTU\b|\bQR\s+TRIBUTARIO"),
    "ticketbai": Wording(r"\bTBAI-|\bTICKETBAI\b"),
    "rt": Wording(r"\bRT\s+\d{2}[A-Z]{3}|\bMATRICOLA\b|\bMF\s+[A-Z]{2}\s?\d|\bSERVER\s+RT\b"),
    "ksef": Wording(r"\bKSEF\b"),
    "control_unit": Wording(r"\bGKS\b|\bSCE\b|\bVSC\s+ID|\bFDM\b|\bKONTROLLENHET|\bKONTROLLKOD"),
}  # fmt: skip
"""The words that only papers of that law bear."""

_NAME: Final = r"[A-Z][\w+.&-]{2,20}(?: [A-Z][\w+.&-]{1,15})?"
_LINES: Final[tuple[tuple[str, Wording], ...]] = (
    ("signature", Wording(
        r"\b(?:SIGNATURE(?:\s+ELECTRONIQUE)?|SIGN\.|EMPREINTE|SIGNATUR|TSE-SIGNATUR|HASH|KONTROLLKOD)(?![A-Z])\s*(?:N[O°]\s*)?[:=]?\s*(?P<id>[A-Z0-9+/=\-]{4,}(?: [A-Z0-9]{4,8})*)?\s*(?=$|\s{2}|\s\D)")),
    ("certificate", Wording(
        r"\bCERTIFICAT\s+NF\s?-?\s?525\s*(?:N[O°]\.?\s*)?[:=]?\s*(?P<space>[A-Z]\s\d{3,6})\b|"
        r"\b(?P<id>NF\s?-?\s?525\s*[A-Z]?\d[\d/\-]{2,12}|LNE\s*(?:N[O°]\s*)?[\d\-]{4,12})|\b(?:CERTIFICAT|ATTESTATION|ZERTIFIKAT)\s*(?:NF\s?525\s*)?(?:N[O°R]\.?\s*)?[:=]?\s*(?P<no>[A-Z0-9][\w/\-]{3,20})")),
    ("program", Wording(r"\bCERTIFICADO\s+N\S{0,3}\s*(?P<id>\d{1,5}/AT)|^\W*+N\S{1,3}\s*(?P<no>\d{1,5}/AT)\b")),
    ("print_count", Wording(r"\b(?:NB\.?|NOMBRE)\s+(?:D'|DE\s+)?IMPRESSIONS?\s*[:=]?\s*(?P<id>\d{1,3})\b|\bIMPRESSION\s+N[O°]\.?\s*[:=]?\s*(?P<no>\d{1,3})\b")),
    ("tse_number", Wording(r"\bTSE-?\s?TRANSAKTION(?:SNR\.?|S-?NUMMER)?\s*[:=]?\s*(?P<id>\d{1,12})\b|\bTRANSAKTIONSNUMMER\s*[:=]?\s*(?P<no>\d{1,12})\b")),
    ("tse_device", Wording(r"\b(?:SERIENNN?UMMER\s+TSE|TSE-?\s?SERIENNUMMER|TSE-?SN)\s*[:=]?\s*(?P<id>[0-9A-F]{4,64})?")),
    ("rksv_device", Wording(r"\bKASSEN-?ID(?:ENTIFIKATION)?\s*[:=]?\s*(?P<id>[\w\-]{1,24})")),
    ("atcud", Wording(r"\bATCUD\s*:\s*(?P<id>[A-Z0-9]{4,12}-\d{1,12})")),
    ("tbai", Wording(r"\b(?P<id>TBAI-[A-Z0-9]{8,9}-\d{6}-[\w+/=]{8,13}(?:-\d{1,3})?)")),
    ("rt_device", Wording(r"\bRT\s+(?P<id>\d{2}[A-Z]{3}\d{6})|\bMATRICOLA(?:\s+RT)?\s*[:.]?\s*(?P<no>\d{2}[A-Z]{3}\d{6})|\bMF\s+(?P<mf>[A-Z]{2}\s?\d{8})")),
    ("unit_number", Wording(r"\bTICKET\s*:\s*(?P<id>\d+/\d+\s+[NPRT][SR])\b")),
    ("unit_device", Wording(r"\b(?:VSC\s+ID|FDM(?:\s+ID)?|KONTROLLENHET(?:\s+ID)?|CU\s+ID)\s*[:=]?\s*(?P<id>[A-Z0-9\-]{4,24})")),
)  # fmt: skip
_OF_REGIME: Final[Mapping[str, str]] = {
    "tse_number": "number", "tse_device": "device", "rksv_device": "device", "atcud": "number", "tbai": "number",
    "rt_device": "device", "unit_number": "number", "unit_device": "device", "program": "certificate",
}  # fmt: skip
_SOFTWARE: Final = (
    re.compile(
        rf"\b(?:LOGICIEL|SOFTWARE|PROGRAMME|SOFT|KASSENSOFTWARE|PROGRAMA)\b\s*(?:DE\s+CAISSE\s*)?[:=]?\s*(?P<name>{_NAME}?)\s*(?:-\s*)?(?:V(?:ER(?:SION)?)?\.?\s?)?(?P<version>\d+(?:\.\d+)+)"
    ),
    re.compile(
        rf"^\W*+(?P<name>{_NAME})\s+V(?:ER(?:SION)?)?\.?\s?(?P<version>\d+(?:\.\d+)+)\W*$"
    ),
)
_VERSION: Final = Wording(
    r"\b(?:LOGICIEL|SOFTWARE|PROGRAMME|KASSENSOFTWARE|PROGRAMA)\b|\bV\d|\bVERSION\b|\bVER\b|\bV\s\d|\bV\.\s?\d"
)
_PIECE: Final = re.compile(r"^\s*((?=\S*\d|\S*=$)[A-Za-z0-9+/]{2,}={0,2})\s*$")
_UNBROKEN: Final = re.compile(r"(?=\S*[_=\d])[\w+/=,.:-]{2,}")
_GO_ON: Final = frozenset({"signature", "tse_device"})
_HASHED: Final = re.compile(r"^\s*(?P<id>[\w+/]{4})-PROCESSADO", re.IGNORECASE)


def signed_at(page: Page) -> frozenset[int]:
    """The lines of a French block: what is counted beside them is all lines printed."""
    return frozenset(line.at for line, _ in page.saying(_MARKS["nf525"]))


def fiscal_of(page: Page, codes: Sequence[str], lines: int | None) -> Fiscal | None:
    """The block, or ``None``.

    ``codes`` are what the symbols say, ``lines`` how many the block counts.
    """
    said: _Said = {}
    for text in codes:
        said = _coded(text)
        if said:
            break
    said = said or _spelt(page)
    regime = said.get("regime") or _regime(page)
    software = _software(page)
    if regime is None and not software:
        return None
    said = {**_printed(page, regime), **said, **software, "regime": regime}
    return Fiscal(**said, line_count=lines if regime == "nf525" else None)


def _spelt(page: Page) -> _Said:
    """The Austrian code in letters, as printers without symbols print it (RKSV § 10)."""
    for line in page.lines:
        text = line.text.strip()
        if text.startswith("_R1-"):
            return _rksv(text + "".join(_joined(page.lines, line.at)))
    return {}


def _joined(lines: Sequence[Line], at: int) -> Iterator[str]:
    """What goes on without a space on the lines below."""
    for line in lines[at + 1 : at + MAX_SIGNATURE_LINES]:
        text = line.text.strip()
        if not _UNBROKEN.fullmatch(text):
            return
        yield text


def _regime(page: Page) -> Regime | None:
    return next(
        (r for r, w in _MARKS.items() if next(page.saying(w), None) is not None), None
    )


def _printed(page: Page, regime: Regime | None) -> _Said:
    """What the lines say of a block of that law."""
    said: _Said = {}
    if regime is None:
        return said
    for name, words in _LINES:
        field = _OF_REGIME.get(name, name)
        for line, match in page.saying(words):
            if field in said or not _belongs(name, regime):
                break
            value = _value(page.lines, line, match, name)
            if value:
                said[field] = int(value) if name == "print_count" else value
                break
    hashed = _hashed(page) if regime == "atcud" else None
    return {**said, "signature": hashed} if hashed else said


def _belongs(name: str, regime: Regime) -> bool:
    """A label of one law means nothing under another."""
    if name in {"certificate", "print_count"}:
        return regime == "nf525"
    law = {"unit": "control_unit", "tbai": "ticketbai", "program": "atcud"}
    first = name.split("_", maxsplit=1)[0]
    return name == "signature" or law.get(first, first) == regime


def _value(lines: Sequence[Line], line: Line, match: re.Match[str], name: str) -> str:
    """As printed; a signature or a serial number goes on below its label."""
    group = match.lastgroup
    text = line.text[slice(*match.span(group))].strip() if group else ""
    if name not in _GO_ON or line.text[match.end() :].strip():
        return text
    return text + "".join(_continued(lines, line.at))


def _continued(lines: Sequence[Line], at: int) -> list[str]:
    """The rest of what is longer than a line: marks without a space."""
    rest = []
    for line in lines[at + 1 : at + MAX_SIGNATURE_LINES]:
        piece = _PIECE.match(line.text)
        if piece is None:
            break
        rest.append(piece[1])
    return rest


def _hashed(page: Page) -> str | None:
    """Four marks of the hash stand before the programme's notice (PT)."""
    for line, _ in page.saying(_MARKS["atcud"]):
        found = _HASHED.match(line.text)
        if found is not None:
            return found["id"]
    return None


def _software(page: Page) -> _Said:
    """Who made the till's programme, with its version; a version alone is a decoy."""
    for line, _ in page.saying(_VERSION):
        for form in _SOFTWARE:
            found = form.search(line.plain)
            if found is not None:
                return {
                    "software": line.text[slice(*found.span("name"))].strip(),
                    "software_version": found["version"],
                }
    return {}


# -- what the symbol says -----------------------------------------------------------


def _coded(text: str) -> _Said:
    for begins, read in _CODES:
        if begins.match(text):
            return {**read(text), "code": text}
    return {}


def _tse(text: str) -> _Said:
    """``V0;till;process type;data;transaction;counter;start;stop;…;signature;key``."""
    parts = text.split(";")
    said: _Said = {"regime": "tse"}
    if len(parts) > 4:
        said["number"] = parts[4]
    if len(parts) > 10:
        said["signature"] = parts[10]
    return said


def _rksv(text: str) -> _Said:
    """``_R1-AT1_till_number_moment_sums…_turnover_certificate_previous_signature``."""
    parts = text.split("_")
    said: _Said = {"regime": "rksv"}
    if len(parts) > 3:
        said |= {"device": parts[2], "number": parts[3]}
    if len(parts) > 11:
        said["certificate"] = parts[11]
    if len(parts) > 13:
        said["signature"] = parts[13]
    return said


def _atcud(text: str) -> _Said:
    """``A:seller*B:buyer*…*H:atcud*…*Q:hash*R:certificate``."""
    parts = dict(part.split(":", 1) for part in text.split("*") if ":" in part)
    named = {"number": "H", "signature": "Q"}
    said: _Said = {f: parts[key] for f, key in named.items() if key in parts}
    if "R" in parts:
        said["certificate"] = f"{parts['R']}/AT"
    return {**said, "regime": "atcud"}


def _verifactu(text: str) -> _Said:
    number = _asked(text, "numserie")
    return {"regime": "verifactu"} | ({"number": number} if number else {})


def _ticketbai(text: str) -> _Said:
    number = _asked(text, "id")
    return {"regime": "ticketbai"} | ({"number": number} if number else {})


def _asked(url: str, name: str) -> str | None:
    """One value of a query; a text that is no address has none."""
    try:
        return parse_qs(urlsplit(url).query).get(name, [None])[0]
    except ValueError:
        return None


_CODES: Final[tuple[tuple[re.Pattern[str], Callable[[str], _Said]], ...]] = (
    (re.compile(r"V0;[^;]{1,64};"), _tse),
    (re.compile(r"_R1-[A-Z]{2}\d"), _rksv),
    (re.compile(r"A:[A-Z0-9]{5,12}\*B:"), _atcud),
    (re.compile(r"https?://[\w.-]*(?:agenciatributaria|aeat)\.(?:gob\.)?es/", re.IGNORECASE), _verifactu),
    (re.compile(r"https?://[\w./-]*tbai", re.IGNORECASE), _ticketbai),
    (re.compile(r"https?://[\w.-]*ksef[\w.-]*/", re.IGNORECASE), lambda _: {"regime": "ksef"}),
)  # fmt: skip
