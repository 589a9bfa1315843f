"""Codes, tokens, names and rates: who may come in, by the rules alone."""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
import socket
import ssl
import stat
from pathlib import Path

import pytest
from cryptography import x509

from agent.entropy import SystemEntropy
from agent.errors import ConfigError
from agent.screens import addresses, certificate, hosting
from agent.screens.access import COOKIE, cookie
from agent.screens.devices import DAY_MS, MAX_DEVICES, Devices
from agent.screens.doors import loopback, network
from agent.screens.pairing import CODE_S, LOCK_S, TRIES, Offer, Pairing
from agent.screens.rates import MAX_KNOWN, Rates
from agent.screens.settings import ScreensSettings
from agent.store.devices import RevokeDevice, SeenDevice
from tests.fakes.clock import FakeClock
from tests.screens.counter import FakeStore


class Ticks:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_the_right_code_works_once() -> None:
    pairing = Pairing(Ticks(), SystemEntropy())
    offer = pairing.open("cashier", "Tablette")
    assert offer is not None
    assert len(offer.code) == 6
    assert pairing.enter(wrong(offer.code)) == "wrong"
    assert pairing.enter(offer.code) is offer
    assert pairing.enter(offer.code) == "no_code"


def test_a_code_lasts_two_minutes() -> None:
    now = Ticks()
    pairing = Pairing(now, SystemEntropy())
    offer = pairing.open("it", "x")
    assert offer is not None
    now.now_s += CODE_S - 1
    assert pairing.offer is offer
    now.now_s += 1
    assert pairing.enter(offer.code) == "no_code"


def test_after_five_wrong_codes_nobody_is_paired_for_a_while() -> None:
    now = Ticks()
    pairing = Pairing(now, SystemEntropy())
    offer = pairing.open("display", "x")
    assert offer is not None
    said = [pairing.enter(wrong(offer.code)) for _ in range(TRIES)]
    assert said == ["wrong"] * (TRIES - 1) + ["locked"]
    assert pairing.enter(offer.code) == "locked"
    assert pairing.open("display", "x") is None
    now.now_s += LOCK_S
    assert pairing.enter(offer.code) == "no_code"
    assert isinstance(pairing.open("display", "x"), Offer)


def test_a_new_code_voids_the_one_before_and_a_closed_one_opens_nothing() -> None:
    pairing = Pairing(Ticks(), SystemEntropy())
    first, second = pairing.open("display", "a"), pairing.open("it", "b")
    assert first is not None
    assert second is not None
    assert first.code == second.code or pairing.enter(first.code) == "wrong"
    pairing.close()
    assert pairing.enter(second.code) == "no_code"


# -- devices -------------------------------------------------------------------


def devices(store: FakeStore | None, clock: FakeClock) -> Devices:
    return Devices(store, clock, SystemEntropy(), session_days=30)


async def test_a_token_is_kept_as_its_digest_and_known_after_a_restart() -> None:
    store, clock = FakeStore(), FakeClock()
    token = await devices(store, clock).pair("display", "Tablette")
    assert token is not None
    (kept,) = store.kept
    assert kept.digest == hashlib.sha256(token.encode()).digest()
    later = devices(store, clock)
    await later.load()
    assert await later.known(token) == kept
    assert await later.known(token[:-1]) is None
    assert await later.known("") is None


async def test_a_revoked_screen_is_out_at_once_even_on_a_full_disk() -> None:
    store, clock = FakeStore(), FakeClock()
    known = devices(store, clock)
    token = await known.pair("it", "x")
    assert token is not None
    store.broken = True
    key = str(store.kept[0].id)
    assert await known.revoke(key) == "not_kept"
    assert await known.known(token) is None
    assert await known.revoke(key) == "unknown"
    store.broken = False
    await known.pair("it", "y")
    assert await known.revoke(str(store.kept[1].id)) == "done"
    assert isinstance(store.changes[-1], RevokeDevice)


async def test_a_screen_that_stayed_away_is_paired_again() -> None:
    store, clock = FakeStore(), FakeClock()
    known = devices(store, clock)
    token = await known.pair("cashier", "x")
    assert token is not None
    await clock.advance(29 * DAY_MS / 1000)
    assert await known.known(token) is not None  # and its month begins again
    assert isinstance(store.changes[-1], SeenDevice)
    await clock.advance(29 * DAY_MS / 1000)
    assert await known.known(token) is not None
    await clock.advance(30 * DAY_MS / 1000)
    assert await known.known(token) is None
    assert known.paired == []


async def test_without_a_store_nobody_is_paired_and_a_till_has_a_handful() -> None:
    assert await devices(None, FakeClock()).pair("it", "x") is None
    known = devices(FakeStore(broken=True), FakeClock())
    assert await known.pair("it", "x") is None
    known = devices(FakeStore(), FakeClock())
    tokens = [await known.pair("display", "x") for _ in range(MAX_DEVICES + 1)]
    assert tokens[-2] is not None
    assert tokens[-1] is None


# -- names ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("till.example:8443", True),
        ("192.168.1.4:8443", True),
        ("[fe80::1]:8443", True),
        ("till.example", False),
        ("192.168.1.4", False),
        ("192.168.1.4:1", False),
        ("evil.example:8443", False),
        ("192.168.1.4.evil.example:8443", False),
        ("fe80::1:8443", False),
        ("[192.168.1.4", False),
        ("192.168.1.4:8443:8443", False),
        ("192.168.1.4:", False),
        ("", False),
    ],
)
def test_tablets_call_us_by_our_names_or_by_an_address(host: str, ours: bool) -> None:
    assert network(["till.example"], 8443).is_ours(host) is ours


def test_the_usual_port_may_be_left_out() -> None:
    assert network(["till.example"], 443).is_ours("till.example")
    assert network(["till.example"], 443).is_ours("192.168.1.4")
    assert network(["till.example"], 443).is_ours("[::1]")
    assert loopback([("127.0.0.1", 80)]).is_ours("localhost")
    assert not loopback([("127.0.0.1", 8080)]).is_ours("127.0.0.1")


@pytest.mark.parametrize(
    "bad",
    [
        {"listen_tls": "till:8443"},
        {"listen_tls": "0.0.0.0"},
        {"names": ("Till.example",)},
        {"names": ("till.example:8443",)},
        {"keyfile": "x.key"},
        {"session_days": 0},
        {"theme": "pink"},
    ],
)
def test_what_cannot_work_is_said(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(bad))):
        ScreensSettings.model_validate(bad)


def test_an_empty_address_is_none() -> None:
    assert ScreensSettings(listen_tls="").address_tls is None
    assert ScreensSettings(listen_tls="[::]:8443").address_tls == ("::", 8443)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        (f"{COOKIE}=abc", "abc"),
        (f"a=b; {COOKIE}=abc; c=d", "abc"),
        (f"x{COOKIE}=abc", ""),
        (COOKIE, ""),
        ("", ""),
    ],
)
def test_our_cookie_is_found_among_others(header: str, value: str) -> None:
    assert cookie(header) == value


@pytest.mark.parametrize(
    ("host", "called"), [("192.168.1.4", "192.168.1.4"), ("fe80::1", "[fe80::1]")]
)
def test_a_port_on_one_address_is_called_by_it(host: str, called: str) -> None:
    assert hosting._called(host) == called


def test_a_port_on_every_address_is_called_by_one_of_ours() -> None:
    address = ipaddress.ip_address(hosting._called("0.0.0.0"))
    with socket.socket() as port:
        port.bind((str(address), 0))  # no other machine's


# -- rates ---------------------------------------------------------------------


def test_a_burst_passes_and_then_so_many_a_second() -> None:
    rates = Rates(per_s=2, burst=3)
    assert [rates.admits("a", 10.0) for _ in range(4)] == [True, True, True, False]
    assert rates.admits("b", 10.0)
    assert [rates.admits("a", 10.5), rates.admits("a", 10.5)] == [True, False]


def test_only_so_many_callers_are_remembered() -> None:
    rates = Rates(per_s=1, burst=1)
    assert rates.admits("first", 0.0)
    assert not rates.admits("first", 0.0)
    for number in range(MAX_KNOWN):
        assert rates.admits(str(number), 0.0)
    assert rates.admits("first", 0.0)


# -- the certificate -----------------------------------------------------------

NOW = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)


def test_our_own_certificate_is_made_once_and_again_before_it_ends(
    tmp_path: Path,
) -> None:
    names = ("till.example", "192.168.1.4")
    crt, key = certificate.own(tmp_path / "new", names, NOW)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    first = certificate.fingerprint(crt)
    assert len(first.split(":")) == 32
    certificate.own(tmp_path / "new", names, NOW + dt.timedelta(days=700))
    assert certificate.fingerprint(crt) == first
    certificate.own(tmp_path / "new", names, NOW + dt.timedelta(days=800))
    second = certificate.fingerprint(crt)
    assert second != first
    certificate.own(tmp_path / "new", (*names, "other"), NOW + dt.timedelta(days=800))
    assert certificate.fingerprint(crt) != second
    assert certificate.ends(crt) > NOW + dt.timedelta(days=1600)
    assert certificate.context(crt, key).minimum_version is ssl.TLSVersion.TLSv1_2


def test_a_certificate_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.touch()
    for path in (empty, tmp_path / "none.pem"):
        with pytest.raises(ConfigError, match=f"screens.certfile: {path}"):
            certificate.context(path, None)
    folder = tmp_path / "file"
    folder.touch()
    with pytest.raises(ConfigError, match="no certificate can be made"):
        certificate.own(folder, ("x",), NOW)


def test_a_port_that_listens_everywhere_is_certified_by_every_address(
    tmp_path: Path,
) -> None:
    table = tmp_path / "if_inet6"
    table.write_text(
        "00000000000000000000000000000001 01 80 10 80       lo\n"
        "fe800000000000000000000000000001 02 40 20 80     eth0\n"
        "20010db8000000000000000000000007 02 40 00 80     eth0\n"
        "20010db8000000000000000000000abc 02 40 00 01     eth0\n"
    )
    found = addresses.of_this_machine(table)
    six = [each for each in found if ":" in each]
    assert six == ["2001:db8::7"]  # the temporary one is another tomorrow
    assert all(not ipaddress.ip_address(each).is_loopback for each in found)
    everywhere = addresses.of_this_machine()
    for host in ("0.0.0.0", "::"):
        assert hosting.reached(host) == everywhere
    assert hosting.reached("192.168.1.4") == ("192.168.1.4",)
    crt, _ = certificate.own(tmp_path / "new", ("till.example", *found), NOW)
    made = x509.load_pem_x509_certificate(crt.read_bytes())
    said = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {str(each) for each in said.get_values_for_type(x509.IPAddress)} == set(
        found
    )


def test_a_kernel_without_ipv6_has_none(tmp_path: Path) -> None:
    found = addresses.of_this_machine(tmp_path / "none")
    assert not [each for each in found if ":" in each]
