"""What is wrong at the till, in words: printer, links, database, rules."""

from __future__ import annotations

from typing import Final

from agent.events import PrinterState
from agent.screens.snapshot import Lamp, Notice
from agent.verbs import Words

_ALL_PRINTED: Final = Words(
    "Tous les tickets s’impriment",
    "Every receipt is printed",
    "Se imprimen todos los tiques",
    "Alle Bons werden gedruckt",
    "تُطبع جميع الإيصالات",
)
_PRINTER: Final = Words("Imprimante", "Printer")
_TROUBLES: Final[tuple[tuple[str, Words, Words], ...]] = (
    (
        "out",
        Words(
            "L’imprimante n’a plus de papier",
            "The printer is out of paper",
            "La impresora no tiene papel",
            "Der Drucker hat kein Papier mehr",
            "نفد ورق الطابعة",
        ),
        Words(
            "Mettez un rouleau\u00a0: l’impression reprend seule",
            "Put in a roll: printing goes on by itself",
            "Coloque un rollo: la impresión sigue sola",
            "Bitte Rolle einlegen: der Druck geht von selbst weiter",
            "ضع لفة ورق وستستأنف الطباعة تلقائيًا",
        ),
    ),
    (
        "cover",
        Words(
            "Le capot de l’imprimante est ouvert",
            "The printer’s cover is open",
            "La tapa de la impresora está abierta",
            "Die Abdeckung des Druckers ist offen",
            "غطاء الطابعة مفتوح",
        ),
        Words(
            "Fermez-le\u00a0: l’impression reprend seule",
            "Close it and it goes on",
            "Ciérrela: la impresión sigue sola",
            "Bitte schließen: der Druck geht von selbst weiter",
            "أغلقه وستستأنف الطباعة تلقائيًا",
        ),
    ),
    (
        "offline",
        Words(
            "L’imprimante ne répond pas",
            "The printer does not answer",
            "La impresora no responde",
            "Der Drucker antwortet nicht",
            "الطابعة لا تستجيب",
        ),
        Words(
            "Vérifiez son câble et son interrupteur",
            "Check its cable and its switch",
            "Compruebe el cable y el interruptor",
            "Bitte Kabel und Schalter prüfen",
            "تحقق من الكابل ومفتاح التشغيل",
        ),
    ),
    (
        "no_store",
        _ALL_PRINTED,
        Words(
            "La base de la caisse est illisible\u00a0: prévenez le support",
            "The till’s database cannot be read: call support",
        ),
    ),
    (
        "no_room",
        _ALL_PRINTED,
        Words(
            "La caisse ne peut plus rien enregistrer\u00a0: prévenez le support",
            "The till can no longer keep anything: call support",
        ),
    ),
    (
        "no_rules",
        _ALL_PRINTED,
        Words(
            "Les règles de la caisse sont illisibles\u00a0: prévenez le support",
            "The till’s rules cannot be read: call support",
        ),
    ),
)


def trouble(
    state: PrinterState,
    *,
    stuck: bool,
    keeps: bool,
    opens: bool = True,
    rules: bool = True,
) -> Notice | None:
    """What a person has to do at the printer, or ``None``.

    ``opens``: there is a database at all; ``keeps``: it took the last job.
    """
    found = {
        "out": state.paper == "out",
        "cover": state.cover_open,
        # One that says that it is well has what it waited for: it goes on in a moment.
        "offline": not state.online or (stuck and not state.known),
        "no_store": not opens,
        "no_room": not keeps,
        "no_rules": not rules,
    }
    for name, says, remedy in _TROUBLES:
        if found[name]:
            return Notice(_beside(says) if state.backup else says, remedy)
    return None


def _beside(says: Words) -> Words:
    """What is wrong, and that paper comes out all the same."""
    return Words(
        f"{says.fr} · la seconde imprime",
        f"{says.en} · the second one prints",
        f"{says.es} · imprime la segunda",
        f"{says.de} · der zweite druckt",
        f"{says.ar} · تطبع الطابعة الثانية",
    )


def lamps(
    printer: PrinterState, notice: Notice | None, links: dict[str, bool]
) -> tuple[Lamp, ...]:
    """Printer, central service, mail, SMS: state by colour, shape and word."""
    lamp = [
        Lamp(_PRINTER, "needs", notice.says) if notice else _printer_well(printer),
    ]
    names = {
        "rcu": Words("Comptes clients", "Customer accounts"),
        "mail": Words("E-mail", "E-mail"),
        "sms": Words("SMS", "SMS"),
    }
    well = Words("En ligne", "Online")
    away = Words("Hors ligne\u00a0: tout partira au retour", "Offline: sent once back")
    for link, name in names.items():
        if link in links:
            lamp.append(
                Lamp(name, "ok", well) if links[link] else Lamp(name, "wait", away)
            )
    return tuple(lamp)


def ailing(*, opens: bool, keeps: bool, rules: bool) -> tuple[Lamp, ...]:
    """What else needs a person, though the notice may be about the printer."""
    database = Words("Base de la caisse", "The till’s database")
    lamp: list[Lamp] = []
    if not opens:
        lamp.append(Lamp(database, "needs", Words("Illisible", "Cannot be read")))
    elif not keeps:
        lamp.append(Lamp(database, "needs", Words("Pleine", "Full")))
    if not rules:
        says = Words("Illisibles\u00a0: tout s’imprime", "Unreadable: all is printed")
        lamp.append(Lamp(Words("Règles", "Rules"), "needs", says))
    return tuple(lamp)


def _printer_well(state: PrinterState) -> Lamp:
    if state.paper == "near_end":
        return Lamp(
            _PRINTER, "wait", Words("Bientôt plus de papier", "Paper is running low")
        )
    return Lamp(_PRINTER, "ok", Words("Prête", "Ready"))
