"""What reading an identifier comes to: a contact, or what is wrong with it.

Both are values.  A contact holds what is sent, what is compared and what is shown;
only the last may stand on a screen or in a log.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Literal

from agent.verbs import Words

Kind = Literal["email", "phone", "loyalty"]
Line = Literal["mobile", "fixed", "either", "other"]
"""Of a telephone number: a fixed line is a household's, not a person's."""

DOT: Final = "•"


@dataclass(frozen=True, slots=True)
class Contact:
    """One identifier in its normal form.

    ``value`` is what is sent or looked up: the address as typed, E.164, the card's
    digits.  ``key`` is equal for two spellings of one contact.  ``hint`` is another
    spelling that was perhaps meant: it is shown, never used unasked.
    """

    kind: Kind
    value: str = field(repr=False)
    key: str = field(repr=False)
    mask: str
    hint: str = field(default="", repr=False)
    line: Line | None = None


class Fault(Enum):
    """Why something is no contact.  ``words`` are for whoever typed it."""

    EMPTY = Words(
        "Saisissez une adresse ou un numéro",
        "Enter an address or a number",
        "Introduzca una dirección o un número",
        "Geben Sie eine Adresse oder Nummer ein",
        "أدخل عنوانًا أو رقمًا",
    )
    TOO_LONG = Words(
        "C’est trop long",
        "This is too long",
        "Es demasiado largo",
        "Das ist zu lang",
        "النص طويل جدًا",
    )
    NO_AT = Words(
        "Il manque le signe @ dans l’adresse",
        "The @ sign is missing from the address",
        "Falta el signo @ en la dirección",
        "In der Adresse fehlt das Zeichen @",
        "العنوان ينقصه الرمز @",
    )
    LOCAL_PART = Words(
        "Ce qui précède le signe @ n’est pas valide",
        "What stands before the @ sign is not valid",
        "La parte anterior al signo @ no es válida",
        "Der Teil vor dem Zeichen @ ist ungültig",
        "الجزء الذي يسبق الرمز @ غير صالح",
    )
    DOMAIN = Words(
        "Ce qui suit le signe @ n’est pas valide",
        "What follows the @ sign is not valid",
        "La parte posterior al signo @ no es válida",
        "Der Teil nach dem Zeichen @ ist ungültig",
        "الجزء الذي يلي الرمز @ غير صالح",
    )
    NOT_A_NUMBER = Words(
        "Ce n’est pas un numéro de téléphone",
        "This is not a telephone number",
        "No es un número de teléfono",
        "Das ist keine Telefonnummer",
        "هذا ليس رقم هاتف",
    )
    NO_SUCH_NUMBER = Words(
        "Ce numéro de téléphone n’existe pas",
        "This telephone number does not exist",
        "Este número de teléfono no existe",
        "Diese Telefonnummer gibt es nicht",
        "رقم الهاتف هذا غير موجود",
    )
    NOT_A_CARD = Words(
        "Ce n’est pas un numéro de carte de fidélité",
        "This is not a loyalty card number",
        "No es un número de tarjeta de fidelidad",
        "Das ist keine Kundenkartennummer",
        "هذا ليس رقم بطاقة ولاء",
    )
    CHECK_DIGIT = Words(
        "Un chiffre du numéro de carte est faux",
        "One digit of the card number is wrong",
        "Un dígito del número de tarjeta es incorrecto",
        "Eine Ziffer der Kartennummer ist falsch",
        "أحد أرقام البطاقة غير صحيح",
    )
    NOBODYS = Words(
        "Cette adresse ou ce numéro n’appartient à personne",
        "This address or number is nobody’s",
        "Esta dirección o este número no es de nadie",
        "Diese Adresse oder Nummer gehört niemandem",
        "هذا العنوان أو الرقم لا يخص أحدًا",
    )

    @property
    def words(self) -> Words:
        """In the languages of the counter."""
        return self.value


@dataclass(frozen=True, slots=True)
class Unfit:
    """No contact.  ``hint`` as a contact's: what was perhaps meant."""

    kind: Kind
    fault: Fault
    hint: str = field(default="", repr=False)
