"""The entry of the record of processing says what this till is set to, and no secret."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from agent.cli import main
from agent.config import Config
from agent.it import register

BASE = """
[till]
tenant = "enseigne"
store = "S0042"
till = "T03"
shop = "Au bon | pain"
tickets_url = "https://tickets.enseigne.example"
[printer]
link = "tcp://192.168.1.50:9100"
"""
ALL = """
[consent]
controller = "Enseigne SAS"
siren = "732829320"
contact = "dpo@enseigne.example"
policy_url = "https://enseigne.example/donnees"
[mail]
host = "smtp.enseigne.example"
username = "caisse-secret"
password_file = "/etc/receipt-agent/mail.password"
sender = "tickets@enseigne.example"
[[mail.relay]]
host = "smtp.secours.example"
[sync]
url = "https://rcu.enseigne.example"
[store]
retention_hours = 48
proof_days = 500
[sms]
way = "twilio"
[sms.twilio]
account = "AC00000000000000000000000000000000"
secret_file = "/etc/receipt-agent/twilio.secret"
sender = "+33700000000"
"""


def config(*parts: str) -> Config:
    content: dict[str, Any] = tomllib.loads("\n".join((BASE, *parts)))
    return Config.model_validate(content)


def test_it_names_who_answers_who_receives_and_for_how_long() -> None:
    page = register.page(config(ALL))
    for word in (
        "Enseigne SAS, SIREN 732829320",
        "dpo@enseigne.example",
        "https://enseigne.example/donnees",
        "smtp.enseigne.example",
        "smtp.secours.example",
        "rcu.enseigne.example",
        "États-Unis",
        "48 heures",
        "preuves 500 jours",
        "adresse e-mail",
        "numéro de téléphone",
        "`receipt_delivery`",
    ):
        assert word in page, word


def test_nothing_secret_is_in_it() -> None:
    page = register.page(config(ALL))
    for word in ("caisse-secret", "password", "AC0000", "secret_file", "+337"):
        assert word not in page


def test_what_no_file_knows_is_left_to_a_person() -> None:
    page = register.page(config())
    assert "[SIREN]" in page
    assert "[délégué" in page
    assert "aucun\u00a0: rien ne sort" in page
    assert "adresse e-mail" not in page
    assert "vérifier par votre conseil" in page


def test_a_shop_s_own_words_part_no_cells() -> None:
    rows = register.page(config()).split("|---|---|\n")[1].splitlines()
    assert "Au bon \\| pain" in rows[1]
    assert {row.replace("\\|", "").count("|") for row in rows} == {3}


def test_a_discreet_trade_is_said_to_be_one() -> None:
    discreet = config().model_copy(
        update={"till": config().till.model_copy(update={"sensitive": True})}
    )
    assert "commerce discret" in register.page(discreet)


def test_a_relay_that_is_not_verified_is_named() -> None:
    weak = '[mail]\nhost = "mx.example"\nsender = "a@example.org"\nsecurity = "opportunistic"'
    assert "sauf mx.example (non vérifié)" in register.page(config(weak))
    assert "non vérifié" not in register.page(config(ALL))


def test_it_is_shown_or_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "agent.toml"
    path.write_text(BASE)
    assert main(["register", "--config", str(path)]) == 0
    shown = capsys.readouterr().out
    assert main(["register", "--config", str(path), "-o", str(tmp_path / "r.md")]) == 0
    assert (tmp_path / "r.md").read_text() == shown
    assert (
        main(["register", "--config", str(path), "-o", str(tmp_path / "no/r.md")]) == 78
    )
