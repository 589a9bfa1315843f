"""The loyalty block: card, points and kitty before and after, what was saved.

None of its amounts was paid.  A label without a number of its own is completed by the
number alone on the next line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from agent.receipt.lines import Line, Page
from agent.receipt.wording import Wording
from agent.wire.loyalty import Balance, BalanceRole, Loyalty

CARD: Final = Wording(
    r"\b(?:KUNDEN-?KARTEN?(?:-?NR)?|KARTEN-?NR|KUNDEN-?(?:NR|NUMMER)|CARTE\s+(?:DE\s+)?(?:FIDELITE|CLIENT|MEMBRE|ADHERENT|U|PRIVILEGE)|"
    r"(?:NO|N°)\s+(?:DE\s+)?(?:FIDELITE|CLIENT|CARTE\s+FIDELITE|CARTE|ADHERENT|MEMBRE)|FIDELITE|ADHERENT|COMPTE\s+FIDELITE|"
    r"KLANTEN?(?:KAART|NR|NUMMER)|BONUSKAART|TARJETA\s+(?:DE\s+)?(?:CLIENTE|SOCIO|FIDELIDAD|CLUB)|SOCIO|"
    r"CARTA\s+(?:FEDELTA|CLIENTE|SOCIO)|TESSERA(?:\s+SOCI)?|CARTAO\s+(?:DE\s+)?(?:CLIENTE|FIDELIDADE|CLUBE)|"
    r"(?:MEMBER|LOYALTY|REWARDS?|CLUB)(?:SHIP)?(?:\s+(?:CARD|ACCOUNT))?)\b\s*-?\s*(?:NO\.?|N[O°º]\.?|NR\.?|NUMBER|ID|#)?\.?"
    r"\s*[:.]?\s*(?P<id>[#*X\d][#*X\d ]{3,24}\d)\b"
)
_UNIT: Final = r"(?:POINTS?|PTS?|PUNKTE|PUNTOS|PUNTI|PONTOS|PUNTEN|VIGNETTES?|STAMPS?|ZEGELS|BOLLINI)"
_POINTS: Final = re.compile(
    rf"(?<![\d.,])(?P<a>\d{{1,3}}(?:[.\s]\d{{3}})+|\d{{1,7}})(?![.,]?\d)\s*{_UNIT}\b|\b{_UNIT}\b[A-Z\s']*[:=]?\s*(?P<b>\d{{1,3}}(?:[.\s]\d{{3}})+|\d{{1,7}})(?![.,]?\d)"
)
_BARE: Final = re.compile(r"[:=\s](\d{1,3}(?:[.\s]\d{3})+|\d{1,7})\s*$")
_ROLES: Final[tuple[tuple[BalanceRole, Wording], ...]] = (
    ("before", Wording(
        r"\b(?:ANCIEN(?:NE)?\s+(?:SOLDE|CAGNOTTE)|SOLDE\s+(?:PRECEDENT|ANTERIEUR|INITIAL|AVANT)|CAGNOTTE\s+(?:PRECEDENTE|AVANT))\b|"
        r"\bPUNKTE?(?:STAND)?\s+VOR\b|\bALTER\s+(?:PUNKTE|STAND)|\bVORIG\s+SALDO|\bOUD\s+SALDO|\bSALDO\s+(?:ANTERIOR|PRECEDENTE)|"
        r"\bSALDO\s+PUNTI\s+PRECEDENTE|\bPREVIOUS\s+(?:BALANCE|POINTS)|\bOPENING\s+POINTS|\bPOINTS\s+B/?F")),
    ("after", Wording(
        r"\b(?:NOUVEAU|NOUVELLE)\s+(?:SOLDE|CAGNOTTE)|\bSOLDE\s+(?:ACTUEL|FINAL|FIDELITE|DE\s+POINTS|POINTS|CAGNOTTE|APRES|DISPONIBLE)|"
        r"\b(?:VOTRE|MA|TOTAL)\s+CAGNOTTE|\bCAGNOTTE\s+(?:DISPONIBLE|TOTALE|APRES|FIDELITE)|\bTOTAL\s+(?:POINTS|DE\s+POINTS|VIGNETTES)|"
        r"\bPUNKTESTAND\b(?!\s+VOR)|\bNEUER\s+(?:PUNKTE)?STAND|\bNIEUW\s+SALDO|\bHUIDIG\s+SALDO|\bSALDO\s+(?:ACTUAL|ATTUALE|ATUAL|PUNTI|PUNTOS|FINAL)|"
        r"\b(?:NEW|CURRENT|CLOSING|TOTAL)\s+(?:BALANCE\s+)?POINTS|\b(?:NEW|POINTS)\s+BALANCE|\bPOINTS\s+(?:WORTH|TOTAL|C/?F)")),
    ("spent", Wording(
        r"\bPOINTS\s+(?:UTILISES|DEPENSES|DEDUITS)|\bCAGNOTTE\s+UTILISEE|\bEINGELOSTE?\b|\bINGEWISSELD|\bPUNTOS\s+(?:USADOS|CANJEADOS)|"
        r"\bPUNTI\s+(?:USATI|SPESI)|\bPONTOS\s+(?:USADOS|UTILIZADOS)|\bPOINTS\s+(?:REDEEMED|SPENT|USED)")),
    ("earned", Wording(
        r"\bPOINTS?\s+(?:ACQUIS|GAGNES|CUMULES|OBTENUS|DU\s+TICKET|EARNED|COLLECTED|AWARDED)|\bVOUS\s+(?:GAGNEZ|AVEZ\s+GAGNE|CUMULEZ)|"
        r"\bGESAMMELT|\bERHALTEN\s+SIE\b|\bSIE\s+ERHALTEN\b|\bPUNTEN\b|\bGESPAARD|\bPUNTOS\b|\bPUNTI\s+(?:SPESA|ACQUISITI|OGGI)|\bPONTOS\b|\bCAGNOTTE\s+(?:DU\s+JOUR|CREDITEE)|"
        r"\bYOU\s+(?:EARNED|COLLECTED)|\bEARNED\s+(?:TODAY|POINTS)")),
)  # fmt: skip
_SAVINGS: Final = Wording(
    r"\bVOUS\s+AVEZ\s+(?:ECONOMISE|GAGNE)|\b(?:VOTRE|VOS|TOTAL)\s+ECONOMIES?|\bTOTAL\s+DES\s+AVANTAGES|\b(?:SIE|DU)\s+(?:HABEN|HAST)\s+GESPART|"
    r"\b(?:IHR|DEIN)\s+PREISVORTEIL|\bGESPART\b|\bUW\s+(?:VOORDEEL|KORTING)|\bU\s+BESPAART|\bHA\s+AHORRADO|\bAHORRO\s+TOTAL|\bHAI\s+RISPARMIATO|"
    r"\bRISPARMIO\b|\bPOUPOU\b|\bPOUPANCA\s+TOTAL|\bYOU(?:'VE)?\s+SAVED|\bTOTAL\s+SAVINGS?|\bYOUR\s+SAVINGS"
)
_MARK: Final = re.compile(r"[:=.\s*]+$")
_NUMBER_ALONE: Final = re.compile(r"^\s*([#*X\d][#*X\d ]{6,24}\d)\W*$")
_ASKS: Final = re.compile(
    r"(?:FIDELITE|\bCARTE|KARTE|KAART|TARJETA|CARD|N[O°]|NR\.?|\bNO\.?|LOYALTY|REWARDS?)\s*[:.]?\s*$"
)
_DIGIT: Final = re.compile(r"\d")
_NAMED: Final = Wording(
    r"\bFIDELITE\b|\bKUNDENKARTE\b|\bKLANTENKAART\b|\bLOYALTY\b|\bREWARDS?\b"
)
MAX_BALANCES: Final = 8


def card_of(page: Page) -> str | None:
    """The customer's card at this shop, masked as the paper masks it."""
    for line, match in page.saying(CARD):
        start, end = match.span("id")
        return line.text[start:end].strip()
    for line, _ in page.saying(_NAMED):
        below = page.lines[line.at + 1] if line.at + 1 < len(page.lines) else None
        asks = not _DIGIT.search(line.plain) and _ASKS.search(line.plain)
        alone = below and asks and _NUMBER_ALONE.match(below.plain)
        if below and alone:
            return below.text[slice(*alone.span(1))].strip()
    return None


def loyalty_of(page: Page) -> Loyalty | None:
    """Balances and savings; ``None`` where the paper has neither."""
    balances = tuple(_balances(page))[:MAX_BALANCES]
    saved = next(page.saying(_SAVINGS), None)
    savings = abs(saved[0].amount) if saved and saved[0].amount else None
    if not balances and savings is None:
        return None
    return Loyalty(balances=balances, savings=savings)


def _balances(page: Page) -> Iterator[Balance]:
    seen: dict[int, BalanceRole] = {}
    for role, words in _ROLES:
        for line, _ in page.saying(words):
            seen.setdefault(line.at, role)
    for at in sorted(seen):
        made = _balance(page.lines, at, seen[at])
        if made is not None:
            yield made


def _balance(lines: tuple[Line, ...], at: int, role: BalanceRole) -> Balance | None:
    line = lines[at]
    points = _POINTS.search(line.plain) or _BARE.search(line.plain)
    if line.amounts and line.amount is not None:
        first = line.amounts[-1]
        text = line.text[first.start : first.end].strip()
        label = _MARK.sub("", line.text[: first.start]).strip()
        return Balance(label=label or text, text=text, role=role, amount=line.amount)
    if points is None:
        return None
    group = next(n for n in range(1, (points.re.groups or 1) + 1) if points[n])
    start, end = points.span(group)
    label = _MARK.sub("", line.text[:start]).strip() or line.text[end:].strip()
    value = int(re.sub(r"\D", "", points[group]))
    text = line.text[start:end].strip()
    return Balance(label=label or text, text=text, role=role, points=value)
