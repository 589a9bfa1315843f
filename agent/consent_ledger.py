"""The ledger of consents of one till, put together: for the house and for commands."""

from __future__ import annotations

import logging
from functools import partial

from agent import notice_file
from agent.clock import Clock
from agent.config import Config
from agent.consent.chain import Till
from agent.consent.notices import Notices
from agent.entropy import Entropy
from agent.errors import ConfigError
from agent.identity import contacts
from agent.keyring.ring import Keyring, credentials
from agent.pipeline.consents import Consents, Shelf
from agent.pipeline.entries import Scribe
from agent.wire.consent import Controller

log = logging.getLogger(__name__)


def till_of(config: Config) -> Till:
    """Whose chain it is, and who answers for the data."""
    said, till = config.consent, config.till
    controller = Controller(
        name=said.controller or till.shop,
        siren=said.siren,
        contact=said.contact,
        policy_url=said.policy_url,
    )
    return Till(till.tenant, till.store, till.till, controller)


def ring_of(config: Config) -> Keyring:
    """The till's keys."""
    return Keyring(config.keys_dir, credentials())


def ledger(config: Config, shelf: Shelf, clock: Clock, entropy: Entropy) -> Consents:
    """A bad folder of the shop's own sentences costs these only."""
    return Consents(
        till_of(config),
        notices(config),
        ring_of(config),
        shelf,
        Scribe(clock, entropy),
        clock,
        entropy,
        warm=partial(contacts.warm, phone=config.sms is not None),
    )


def notices(config: Config) -> Notices:
    """All sentences, the shop's own before ours, where they can be read."""
    try:
        return notice_file.load(config.consent.notices)
    except ConfigError as error:
        log.critical("only the program's own sentences are known: %s", error)
        return notice_file.load()
