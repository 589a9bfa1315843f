"""What every rendering of a receipt has to say, as the paper does or below it.

A bill for goods of C. conso., art. D. 211-6 says that they bear a legal guarantee of at
least two years from their delivery (art. D. 211-7); training, degraded mode and a
provisional document are said on every artefact (BOI-TVA-DECLA-30-10-30).  The paper
mostly says so itself.  A rendering that leaves lines out, or a paper whose goods are
known by a map only, has to say it as well: :func:`lacking`.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from agent.wire.money import Tongue
from agent.wire.receipt import Mention


@dataclass(frozen=True, slots=True)
class Kept:
    """By what it is known in capitals without accents; the sentence that says it."""

    words: re.Pattern[str]
    says: Mapping[Tongue, str]


KEPT: Final[Mapping[Mention, Kept]] = {
    "guarantee": Kept(
        re.compile(
            r"GARANTIE LEGALE|GARANTIE DE CONFORMITE|LEGALE DE CONFORMITE|"
            r"LEGAL (?:GUARANTEE|WARRANTY)"
        ),
        {
            "fr": (
                "Les biens concernés bénéficient auprès du vendeur de la garantie "
                "légale de conformité, d’une durée minimale de deux ans à compter de "
                "leur remise (C.\u00a0conso., art.\u00a0D.\u00a0211-7)."
            ),
            "en": (
                "The goods concerned bear the seller’s legal guarantee of conformity, "
                "of at least two years from their delivery "
                "(C.\u00a0conso., art.\u00a0D.\u00a0211-7)."
            ),
            "es": (
                "Los bienes correspondientes gozan de la garantía legal de conformidad "
                "del vendedor, de al menos dos años desde su entrega "
                "(C.\u00a0conso., art.\u00a0D.\u00a0211-7)."
            ),
            "de": (
                "Für die betreffenden Waren gilt die gesetzliche Gewährleistung des "
                "Verkäufers von mindestens zwei Jahren ab Übergabe "
                "(C.\u00a0conso., art.\u00a0D.\u00a0211-7)."
            ),
            "ar": (
                "تتمتع السلع المعنية بالضمان القانوني للمطابقة من البائع لمدة سنتين على "
                "الأقل من تاريخ تسليمها (C.\u00a0conso., art.\u00a0D.\u00a0211-7)."
            ),
        },
    ),
    "training": Kept(
        re.compile(r"\bECOLE\b|\bFORMATION\b|\bTRAINING\b|\bSCHULUNG"),
        {
            "fr": "Mode école\u00a0: ce document n’est pas un ticket de caisse.",
            "en": "Training mode: this document is not a receipt.",
            "es": "Modo escuela: este documento no es un tique de caja.",
            "de": "Schulungsmodus: Dieses Dokument ist kein Kassenbon.",
            "ar": "وضع التدريب: هذه الوثيقة ليست إيصالًا.",
        },
    ),
    "degraded": Kept(
        re.compile(r"\bMODE DEGRADE|\bDEGRADED MODE|\bAUSGEFALLEN|\bTSE[- ]AUSFALL"),
        {
            "fr": (
                "Mode dégradé\u00a0: la caisse n’a pas pu joindre son dispositif de "
                "sécurité."
            ),
            "en": "Degraded mode: the till could not reach its security device.",
            "es": "Modo degradado: la caja no pudo conectar con su dispositivo de seguridad.",
            "de": "Störungsbetrieb: Die Kasse erreichte ihre Sicherheitseinrichtung nicht.",
            "ar": "وضع متدهور: تعذر على الصندوق الاتصال بجهاز الأمان.",
        },
    ),
    "provisional": Kept(
        re.compile(r"\bPROVISOIRE\b|\bPROVISIONAL\b|\bNE VAUT PAS\b|\bPRO ?-?FORMA\b"),
        {
            "fr": "Document provisoire\u00a0: il ne vaut pas ticket de caisse.",
            "en": "Provisional document: it is not a receipt.",
            "es": "Documento provisional: no vale como tique de caja.",
            "de": "Vorläufiges Dokument: Es gilt nicht als Kassenbon.",
            "ar": "وثيقة مؤقتة: لا تُعد إيصالًا.",
        },
    ),
}
_TAG: Final = re.compile(r"<[^>]*>")


def stated(mention: Mention, rendering: str) -> bool:
    """Whether a text or a page says it, also over two lines, or in our own words."""
    kept = KEPT[mention]
    # A tag stands between two lines, or between two letters of a word.
    for gap in (" ", ""):
        said = _folded(html.unescape(_TAG.sub(gap, rendering)))
        if kept.words.search(said) or any(own in said for own in _OURS[mention]):
            return True
    return False


def lacking(mentions: Collection[str], rendering: str, lang: Tongue) -> tuple[str, ...]:
    """What a rendering has to add; nothing if it need not, or says it."""
    return tuple(
        kept.says[lang]
        for mention, kept in KEPT.items()
        if mention in mentions and not stated(mention, rendering)
    )


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    bare = "".join(char for char in apart if not unicodedata.combining(char))
    return " ".join(bare.upper().split())


_OURS: Final[Mapping[Mention, tuple[str, ...]]] = {
    mention: tuple(map(_folded, kept.says.values())) for mention, kept in KEPT.items()
}
"""What we add ourselves, in each language, as it is compared."""
