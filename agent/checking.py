"""``receipt-agent check``: is the configuration one that can work?

What a person has to know before the till opens: what cannot work (an error with file,
key and remedy), and what works and may surprise.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from agent.config import EXIT_CONFIG, Config, load
from agent.errors import ConfigError


def run(arguments: argparse.Namespace) -> int:
    """0 and what may surprise; as JSON ``{"config", "works", "lines"}``.

    Raises:
        ConfigError: what cannot work, one line each.
    """
    path: Path = arguments.config
    try:
        surprises = [*_surprises(path, load(path))]
    except ConfigError as error:
        if not arguments.json:
            raise
        _as_json(path, works=False, lines=str(error).split("\n"))
        return EXIT_CONFIG
    if arguments.json:
        _as_json(path, works=True, lines=surprises)
        return 0
    print(f"{path}: en ordre (fine)")
    for surprise in surprises:
        print(surprise)
    return 0


def _as_json(path: Path, *, works: bool, lines: Sequence[str]) -> None:
    said = {"config": str(path), "works": works, "lines": lines}
    print(json.dumps(said, ensure_ascii=False))


def _surprises(path: Path, config: Config) -> Iterator[str]:
    """What works and is not as one may think; raises for what cannot work."""
    places = _check_places(path, config)
    secrets(path, config)
    if not config.choice.hold and config.till.country == "FR":
        yield (
            f"{path}: choice.hold: chaque ticket est imprimé ; en France, la "
            "loi veut que l’on demande d’abord au client (Code de l’environnement, "
            "L. 541-15-10) / every receipt is printed; in France the law wants the "
            "customer asked first"
        )
    yield from places
    if why := _why_unread(config):
        yield (
            f"{path}: ocr.engine: les tickets en image ne sont pas lus, ils "
            f"sont proposés tels quels / {why}; receipts that are pictures are not read, "
            "they are offered as pictures"
        )


def _why_unread(config: Config) -> str:
    """Nothing when pictures are read, or are not meant to be."""
    from agent.ocr.engine import Engine

    if not config.ocr.engine:
        return ""
    return asyncio.run(Engine(config.ocr).find())


def _check_places(path: Path, config: Config) -> list[str]:
    """What works and may surprise; raises for what cannot work."""
    from agent.places import findings

    found = findings(config)
    lines = {each: f"{path}: {each.key}: {each.told}" for each in found}
    if fatal := [line for each, line in lines.items() if each.fatal]:
        raise ConfigError("\n".join(fatal))
    if os.geteuid() == 0:
        checked = (
            "vérifié en tant que root, qui peut tout : à refaire avec l’utilisateur de "
            "l’agent / checked as root, who may everything; check as the agent's own user"
        )
        return [*lines.values(), f"{path}: {checked}"]
    return [*lines.values()]


def _check_mail(config: Config) -> None:
    from agent.delivery.channels.email import EmailChannel
    from agent.pipeline import composer

    if config.mail is not None:
        EmailChannel(config.mail)
        if config.mail.promotion_file is not None:
            composer.check_offer(config.mail.promotion_file)


def secrets(path: Path, config: Config) -> None:
    """Whether what the configuration names can be read and used.

    Raises:
        ConfigError: one of them cannot.
    """
    from agent import policy_file
    from agent.delivery import sms_ways
    from agent.escpos.status import Identity
    from agent.intake.doors.json_http import read_token
    from agent.intake.http_server import tls_context
    from agent.screens import checking

    try:
        _check_printer(config)
        if config.sync.enabled and config.sync.token_file is not None:
            config.sync.read_token()
        _check_mail(config)
        sms_ways.check(config.sms)
        if config.door.http is not None:
            read_token(config.door.http.token_file)
            if config.door.http.listen_tls is not None:
                tls_context(config.door.http)
        checking.check(config.screens)
        if config.receipt.profile is not None:
            _check_profile(config.receipt.profile)
        policy_file.load(policy_file.named(config.policy.pack, config.till.country))
        Identity(**config.identity.model_dump())
    except ValueError as error:
        raise ConfigError(f"{path}: identity: {error}") from error
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error


def _check_profile(profile: Path) -> None:
    from agent import profile_file

    if not profile.is_file():
        raise ConfigError(
            f"receipt.profile: {profile}: no such file; receipt-agent profile new "
            "proposes one from recorded papers"
        )
    profile_file.load(profile)


def _check_printer(config: Config) -> None:
    from agent.escpos import profiles

    try:
        profiles.printer(config.printer.profile, **config.printer.letters)
    except ConfigError as error:
        raise ConfigError(f"printer.profile: {error}") from error
