"""What somebody types or scans becomes a contact, or a reason; never an exception."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agent.identity import addresses, cards, phones
from agent.identity.contacts import email, match_key, read
from agent.identity.kinds import Contact, Fault, Kind, Unfit

SECRET = b"s" * 32
KINDS: tuple[Kind, ...] = ("email", "phone", "loyalty")


def contact(kind: Kind, text: str, country: str = "FR") -> Contact:
    found = read(kind, text, country=country)
    assert isinstance(found, Contact), (text, found)
    return found


def fault(kind: Kind, text: str) -> Fault:
    found = read(kind, text)
    assert isinstance(found, Unfit), (text, found)
    return found.fault


@given(st.sampled_from(KINDS), st.text(max_size=60))
@example("email", "\ud800@x.fr")
@example("email", "a@" + "x." * 200)
@example("phone", "+" + "9" * 39)
@example("phone", "١٢٣٤٥٦٧٨٩٠")
@example("loyalty", "ſ0000")
@example("loyalty", "²²²²²²²²²²²²²²²²")
def test_any_text_is_a_contact_or_a_reason(kind: Kind, text: str) -> None:
    found = read(kind, text)
    if isinstance(found, Unfit):
        assert all(getattr(found.fault.words, lang) for lang in ("fr", "en", "ar"))
    else:
        again = read(kind, found.value)
        assert isinstance(again, Contact)
        assert (again.value, again.key) == (found.value, found.key)


LOCAL = st.from_regex(r"[a-z0-9]{2,12}(\.[a-z0-9]{1,8})?", fullmatch=True)


@given(LOCAL, st.sampled_from(["gmail.com", "orange.fr", "maison-exemple.fr"]))
def test_the_mask_of_an_address_shows_the_first_letter_only(
    local: str, domain: str
) -> None:
    found = read("email", f"{local}@{domain}")
    if isinstance(found, Contact):
        assert found.mask == f"{local[0]}•••@{domain}"


@given(st.integers(min_value=600_000_000, max_value=799_999_999))
def test_the_mask_of_a_number_hides_all_but_its_ends(number: int) -> None:
    found = read("phone", f"0{number}")
    if isinstance(found, Contact):
        assert found.mask.count("•") >= 6
        begins = f"0{number}"[:2]
        assert found.mask.startswith((begins, "+262 ", "+590 ", "+594 ", "+596 "))
        assert found.mask[-2:] == f"{number}"[-2:]


@given(st.from_regex(r"[0-9A-Z]{4,24}", fullmatch=True))
def test_the_mask_of_a_card_shows_three_characters_at_most(number: str) -> None:
    found = read("loyalty", number)
    if isinstance(found, Contact):
        assert len(found.mask.replace("•", "")) <= 3
        assert found.value not in found.mask


@pytest.mark.parametrize("kind", KINDS)
def test_a_contact_is_not_in_its_own_repr(kind: Kind) -> None:
    text = {
        "email": "m.curie@free.fr",
        "phone": "0612345678",
        "loyalty": "29000000001239",
    }
    said = repr(contact(kind, text[kind]))
    assert text[kind][2:] not in said
    assert "612345678" not in said


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Marie.Curie+ticket@GMail.com", "mariecurie@gmail.com"),
        ("mariecurie@googlemail.com", "mariecurie@gmail.com"),
        ("Marie.Curie@Orange.FR", "marie.curie@orange.fr"),
        ("marie+x@orange.fr", "marie+x@orange.fr"),
        ("+x@gmail.com", "+x@gmail.com"),
        ("bob@bücher.de", "bob@xn--bcher-kva.de"),
    ],
)
def test_one_mailbox_has_one_key(typed: str, key: str) -> None:
    assert contact("email", typed).key == key


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("m@gmial.com", "m@gmail.com"),
        ("m@gmail.fr", "m@gmail.com"),
        ("m@hotmal.com", "m@hotmail.com"),
        ("m@outlokk.com", "m@outlook.com"),
        ("m@wanadooo.fr", "m@wanadoo.fr"),
        ("m@laposte.ent", "m@laposte.net"),
    ],
)
def test_a_slip_is_hinted_at_and_left_as_it_is(typed: str, meant: str) -> None:
    found = contact("email", typed)
    assert (found.value, found.hint) == (typed, meant)


@pytest.mark.parametrize("host", addresses.HOSTS)
def test_a_host_that_exists_is_no_slip(host: str) -> None:
    assert contact("email", f"marie@{host}").hint == ""


def test_a_slip_that_is_no_address_is_hinted_at_too() -> None:
    found = read("email", "marie@orange.f")
    assert isinstance(found, Unfit)
    assert (found.fault, found.hint) == (Fault.DOMAIN, "marie@orange.fr")


@pytest.mark.parametrize(
    ("kind", "typed", "wrong"),
    [
        ("email", "", Fault.EMPTY),
        ("email", "x" * 400, Fault.TOO_LONG),
        ("email", "marie.gmail.com", Fault.NO_AT),
        ("email", "marie@", Fault.DOMAIN),
        ("email", "marie@gmail..com", Fault.DOMAIN),
        ("email", "marié@free.fr", Fault.LOCAL_PART),
        ("email", "@free.fr", Fault.LOCAL_PART),
        ("email", "noemail@free.fr", Fault.NOBODYS),
        ("email", "Client@magasin.fr", Fault.NOBODYS),
        ("email", "no-reply@free.fr", Fault.NOBODYS),
        ("email", "a@a", Fault.NOBODYS),
        ("email", "xx@xx.fr", Fault.NOBODYS),
        ("phone", " ", Fault.EMPTY),
        ("phone", "6" * 41, Fault.TOO_LONG),
        ("phone", "marie", Fault.NOT_A_NUMBER),
        ("phone", "1", Fault.NOT_A_NUMBER),
        ("phone", "06 12 34", Fault.NO_SUCH_NUMBER),
        ("phone", "0600000000", Fault.NOBODYS),
        ("phone", "01 02 03 04 05", Fault.NOBODYS),
        ("phone", "06 66 66 66 66", Fault.NOBODYS),
        ("phone", "06 06 06 06 06", Fault.NOBODYS),
        ("loyalty", "", Fault.EMPTY),
        ("loyalty", "7" * 600, Fault.TOO_LONG),
        ("loyalty", "carte é", Fault.NOT_A_CARD),
        ("loyalty", "2000000000009", Fault.CHECK_DIGIT),
        ("loyalty", "4111111111111112", Fault.CHECK_DIGIT),
    ],
)
def test_what_is_wrong_is_said(kind: Kind, typed: str, wrong: Fault) -> None:
    assert fault(kind, typed) is wrong


def test_the_shop_s_own_domain_is_no_customer_s() -> None:
    found = addresses.read("caisse@Enseigne.example", "enseigne.example")
    assert isinstance(found, Unfit)
    assert found.fault is Fault.NOBODYS
    assert isinstance(addresses.read("marie@orange.fr", "orange.fr"), Contact)


@pytest.mark.parametrize(
    ("typed", "country", "value", "mask", "line"),
    [
        ("06 12 34 56 78", "FR", "+33612345678", "06 •• •• •• 78", "mobile"),
        ("01.23.45.67.80", "FR", "+33123456780", "01 •• •• •• 80", "fixed"),
        ("0692 12 34 56", "FR", "+262692123456", "+262 ••• •• •• 56", "mobile"),
        ("0692 12 34 56", "RE", "+262692123456", "06•• •• •• 56", "mobile"),
        ("+44 7911 123456", "FR", "+447911123456", "+44 •••• ••••56", "mobile"),
        ("0151 23456789", "DE", "+4915123456789", "01••• •••••89", "mobile"),
        ("0033 6 12 34 56 78", "FR", "+33612345678", "06 •• •• •• 78", "mobile"),
    ],
)
def test_a_number_is_one_of_the_shop_s_country(
    typed: str, country: str, value: str, mask: str, line: str
) -> None:
    found = contact("phone", typed, country)
    assert (found.value, found.key) == (value, value)
    assert (found.mask, found.line) == (mask, line)


def test_the_mask_of_a_short_number_is_dots_only() -> None:
    assert phones.mask("12 34") == "•• ••"


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("(8018) 4012345000000000 12", "gsrn:40123450000000001"),
        ("]C18018401234500000000012", "gsrn:40123450000000001"),
        ("401234500000000012", "gsrn:40123450000000001"),
        ("https://id.example/8018/401234500000000012?x=1", "gsrn:40123450000000001"),
        ("2 000000 000008", "ean:200000000000"),
        ("4111 1111 1111 1111", "luhn:411111111111111"),
        ("abc-1234", "own:ABC1234"),
        ("4006381333931", "own:4006381333931"),
    ],
)
def test_a_card_is_known_by_its_kind_and_number(typed: str, key: str) -> None:
    assert contact("loyalty", typed).key == key


def test_a_scanner_may_leave_out_the_leading_zero() -> None:
    body = "029999000015"
    whole = next(
        f"{body}{digit}"
        for digit in range(10)
        if isinstance(cards.read(f"{body}{digit}"), Contact)
    )
    assert contact("loyalty", whole[1:]).key == contact("loyalty", whole).key


@given(
    st.from_regex(r"2[0-9]{11}", fullmatch=True),
    st.integers(min_value=0, max_value=12),
    st.integers(min_value=1, max_value=9),
)
def test_a_misread_digit_of_a_card_is_found(body: str, at: int, more: int) -> None:
    good = f"{body}{cards._check_digit('ean', body)}"
    digit = str((int(good[at]) + more) % 10)
    bad = good[:at] + digit + good[at + 1 :]
    found = cards.read(bad)
    assert not (isinstance(found, Contact) and found.key.startswith("ean:"))


def test_equal_contacts_have_equal_keys_under_one_secret_only() -> None:
    one, other = contact("email", "M.C@gmail.com"), contact("email", "mc@gmail.com")
    assert match_key(one, SECRET) == match_key(other, SECRET)
    assert len(match_key(one, SECRET)) == 16
    assert match_key(one, SECRET) != match_key(one, b"t" * 32)
    number = contact("loyalty", "33612345678")
    assert match_key(number, SECRET) != match_key(
        contact("phone", "0612345678"), SECRET
    )


def test_nobody_s_address_is_no_address() -> None:
    assert email("noreply@orange.fr") is None
