"""What DNS says of who may write in the shop's name, as a receiver reads it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dns.message
import dns.rcode
import dns.rrset
import pytest

from tests.it.test_doctor import found, states
from tests.it.test_print_held import till as written

FAILS = "SERVFAIL"


class NameServer:
    """Answers TXT from a table, over UDP; an empty text: the name, and no TXT."""

    def __init__(self, table: dict[str, str]) -> None:
        self.table = table
        self.line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.line.bind(("127.0.0.1", 0))
        self.at = self.line.getsockname()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                raw, back = self.line.recvfrom(4096)
            except OSError:
                return
            question = dns.message.from_wire(raw)
            answer = dns.message.make_response(question)
            name = question.question[0].name.to_text().rstrip(".")
            said = self.table.get(name)
            if said == FAILS:
                answer.set_rcode(dns.rcode.SERVFAIL)
            elif said:
                rows = [f'"{text}"' for text in said.split("|")]
                answer.answer.append(
                    dns.rrset.from_text(f"{name}.", 60, "IN", "TXT", *rows)
                )
            elif said is None:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            self.line.sendto(answer.to_wire(), back)


GOOD_NAMES = {
    "shop.example": "v=spf1 include:relay.example -all",
    "_dmarc.shop.example": "v=DMARC1; p=reject",
    "s1._domainkey.shop.example": "v=DKIM1; k=rsa; p=MIGf",
}


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (GOOD_NAMES, ["ok", "ok", "ok"]),
        ({"shop.example": ""}, ["bad", "warn", "warn"]),
        ({}, ["bad"]),
        (
            {**GOOD_NAMES, "shop.example": "v=spf1 -all|v=spf1 ~all"},
            ["bad", "ok", "ok"],
        ),
        ({**GOOD_NAMES, "shop.example": "v=spf1 +all"}, ["bad", "ok", "ok"]),
        ({**GOOD_NAMES, "shop.example": "v=spf1 mx ALL"}, ["bad", "ok", "ok"]),
        ({**GOOD_NAMES, "shop.example": "v=spf10 -all"}, ["bad", "ok", "ok"]),
        (
            {
                **GOOD_NAMES,
                "_dmarc.shop.example": "v=DMARC1; p=none|v=DMARC1; p=reject",
            },
            ["ok", "warn", "ok"],
        ),
        (
            {**GOOD_NAMES, "s1._domainkey.shop.example": "v=DKIM1; p="},
            ["ok", "ok", "warn"],
        ),
    ],
)
async def test_spf_dmarc_and_dkim_of_the_sender(
    tmp_path: Path, table: dict[str, str], expected: list[str]
) -> None:
    server = NameServer(table)
    mail = "[mail]\nhost='127.0.0.1'\nsecurity='none'\nsender='t@shop.example'\n"
    path = written(tmp_path, 1, mail)
    try:
        assert states(await found(path, "mail records", dns=server.at)) == expected
    finally:
        server.line.close()


@contextmanager
def asked(table: dict[str, str]) -> Iterator[tuple[str, int]]:
    server = NameServer(table)
    try:
        yield server.at
    finally:
        server.line.close()


def from_(sender: str, folder: Path, more: str = "") -> Path:
    mail = f"[mail]\nhost='127.0.0.1'\nsecurity='none'\nsender='{sender}'\n{more}"
    return written(folder, 1, mail)


@pytest.mark.parametrize("domain", ["tickets.shop.example", "a.b.shop.example"])
async def test_a_policy_comes_from_the_organisation_above(
    tmp_path: Path, domain: str
) -> None:
    table = {domain: "v=spf1 -all", "_dmarc.shop.example": "v=DMARC1; p=reject"}
    path = from_(f"t@{domain}", tmp_path)
    with asked(table) as at:
        _, dmarc, _ = await found(path, "mail records", dns=at)
    assert (dmarc.state, "p=reject" in dmarc.detail) == ("ok", True)
    with asked({domain: "v=spf1 -all", "_dmarc.example": "v=DMARC1; p=reject"}) as at:
        _, dmarc, _ = await found(path, "mail records", dns=at)
    assert dmarc.says.en == "no DMARC"


async def test_its_own_policy_goes_before_the_one_above(tmp_path: Path) -> None:
    table = {
        "tickets.shop.example": "v=spf1 -all",
        "_dmarc.tickets.shop.example": "v=DMARC1; p=quarantine",
        "_dmarc.shop.example": "v=DMARC1; p=reject",
    }
    with asked(table) as at:
        path = from_("t@tickets.shop.example", tmp_path)
        _, dmarc, _ = await found(path, "mail records", dns=at)
    assert dmarc.detail == "v=DMARC1; p=quarantine"


@pytest.mark.parametrize(
    ("failing", "which"),
    [
        ("shop.example", 0),
        ("_dmarc.shop.example", 1),
        ("s1._domainkey.shop.example", 2),
    ],
)
async def test_what_nobody_answers_is_not_called_missing(
    tmp_path: Path, failing: str, which: int
) -> None:
    with asked({**GOOD_NAMES, failing: FAILS}) as at:
        said = await found(from_("t@shop.example", tmp_path), "mail records", dns=at)
    assert (said[which].state, said[which].says.en) == (
        "warn",
        "the DNS does not answer",
    )
    assert failing in said[which].remedy.en


async def test_a_domain_that_there_is_not_is_said_and_not_asked_for_spf(
    tmp_path: Path,
) -> None:
    path = from_("t@shpo.example", tmp_path)
    with asked(GOOD_NAMES) as at:
        (gone,) = await found(path, "mail records", dns=at)
    assert gone.says.en == "the domain shpo.example does not exist"
    text = path.read_text().replace("shpo", "shop")
    path.write_text(f"{text}return_path='b@bounce.example'\n")
    with asked(GOOD_NAMES) as at:
        bounces, *others = await found(path, "mail records", dns=at)
    assert bounces.says.en == "the domain bounce.example does not exist"
    assert states(others) == ["ok", "ok"]
