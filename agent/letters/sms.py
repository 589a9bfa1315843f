"""A receipt as a text message: who sends it, that it is a receipt, where it is.

Never what was bought or paid: a lock screen shows it to everyone.  Of a shop whose goods
are nobody's business not even the name.  It is one segment of GSM 03.38; what is too
long for one is said more shortly, and the address is never touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from agent import gsm7
from agent.wire.money import Lang

SHOP_CHARS: Final = 40

_NAMED: Final[Mapping[Lang, tuple[str, ...]]] = {
    "fr": (
        "{shop} : votre {what} {url} Votre numéro ne sert qu’à cet envoi.",
        "{shop} : votre {what} {url}",
    ),
    "en": (
        "{shop}: your {what} {url} Your number serves this message only.",
        "{shop}: your {what} {url}",
    ),
}
_UNNAMED: Final[Mapping[Lang, tuple[str, ...]]] = {
    "fr": ("Votre {what} {url}", "{url}"),
    "en": ("Your {what} {url}", "{url}"),
}
_WHAT: Final[Mapping[Lang, tuple[str, str]]] = {
    "fr": ("ticket", "ticket, duplicata {number},"),
    "en": ("receipt", "receipt, copy {number},"),
}
"""The original, and any later one (BOI-TVA-DECLA-30-10-30: a copy says so)."""


_ANNULLED: Final[Mapping[Lang, str]] = {
    "fr": "ticket est annulé :",
    "en": "receipt is cancelled:",
}
"""To whom it was sent, when its sale was annulled."""


def compose(
    *,
    url: str,
    shop: str,
    lang: Lang,
    copy_number: int = 0,
    sensitive: bool = False,
    annulled: bool = False,
) -> str:
    """The text, all of it in the alphabet.

    Raises:
        ValueError: the address is not plain, or longer than a segment.
    """
    if gsm7.spelled(url) != url or " " in url:
        raise ValueError("the page's address cannot stand in a text message")
    plain, copy = _WHAT[lang]
    what = copy.format(number=copy_number) if copy_number else plain
    what = _ANNULLED[lang] if annulled else what
    name = " ".join(gsm7.spelled(shop).split())[:SHOP_CHARS].strip()
    forms = _UNNAMED[lang] if sensitive or not name else _forms(lang)
    for form in forms:
        text = gsm7.spelled(form.format(shop=name, what=what, url=url))
        if gsm7.length(text) <= gsm7.SEGMENT_SEPTETS:
            return text
    raise ValueError("the page's address is longer than a text message")


def _forms(lang: Lang) -> Iterator[str]:
    yield from _NAMED[lang]
    yield from _UNNAMED[lang]
