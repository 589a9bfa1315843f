"""What carries a receipt out of the shop: mail relay, SMS, the RCU.  Pure wiring."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from agent import cellar, consent_ledger, telephone
from agent.app import Outside
from agent.bus import Bus
from agent.clock import Clock
from agent.config import Config
from agent.delivery.channels.email import EmailChannel
from agent.delivery.dispatcher import Dispatcher
from agent.delivery.policy import LEASE_S
from agent.delivery.post import Channel, Post
from agent.delivery.reasons import Reason
from agent.delivery.settings_mail import MailSettings
from agent.errors import ConfigError
from agent.events import Event
from agent.identity import addresses
from agent.identity import phones as numbers
from agent.identity.kinds import Contact, Unfit
from agent.pipeline import proving
from agent.pipeline.accounts import Accounts
from agent.pipeline.bounced import MailReports
from agent.pipeline.composer import Letterhead, MailComposer, SmsComposer
from agent.pipeline.consents import Consents
from agent.pipeline.counter import Counter
from agent.pipeline.forgetting import Forgetting
from agent.pipeline.phone import Wishes
from agent.pipeline.settling import Settling
from agent.pipeline.upfront import Reserving, UpFront
from agent.pipeline.workshop import Workshop
from agent.store.records import Parcel
from agent.store.store import Store
from agent.supervisor import Service
from agent.sync.trial import Trial
from agent.sync.uplink import DESTINATION, Uplink
from agent.wire.feed import ACCOUNT_ANSWERED, MAIL_REPORTED, PAGE_CLAIMED, WISHED

log = logging.getLogger(__name__)


def links(  # noqa: PLR0913, PLR0917 -- the rooms that the outside world needs
    config: Config,
    store: Store,
    workshop: Workshop,
    settling: Settling,
    counter: Counter,
    outside: Outside,
    bus: Bus[Event],
    trial: Trial,
) -> list[Service]:
    """A link whose secret cannot be read is left out: paper must not wait for it."""
    clock, entropy = outside.clock, outside.entropy
    ring = consent_ledger.ring_of(config)
    folder, source = cellar.forget_dir(config), config.till.source
    forgetting = Forgetting(folder, store, ring, source, clock)
    made: list[Service] = [forgetting]
    if config.mail is not None and (channel := _email(config.mail, counter)):
        composer = _mails(config, config.mail, store, workshop, settling, clock)
        post = Post(
            composer,
            channel,
            counter.parcel_news,
            counter.parcel_dead,
            config.mail.total_s + LEASE_S,
            barred=lambda parcel: _is_shut_out(
                parcel, addresses.read, settling.consents
            ),
        )
        made += [channel, Dispatcher(store, post, bus, clock, entropy)]
    if config.sms is not None and (sms := _sms(config, outside, counter)):
        notes = SmsComposer(
            store,
            workshop,
            clock,
            shop=config.till.shop,
            page_url=partial(
                proving.address, settling.consents.keyed, settling.page_url
            ),
            sensitive=config.till.sensitive,
        )
        longest_s = max(config.sms.total_s, config.sms.modem_total_s)
        post = Post(
            notes,
            sms,
            counter.parcel_news,
            counter.parcel_dead,
            longest_s + LEASE_S,
            barred=lambda parcel: _is_shut_out(
                parcel,
                partial(numbers.read, country=config.till.country),
                settling.consents,
            ),
            barred_as=Reason.SMS_SHUT_OUT,
        )
        made.append(Dispatcher(store, post, bus, clock, entropy))
    if config.sync.enabled:
        try:
            wishes = Wishes(store, counter, settling.scribe, settling.consents, bus)
            accounts = Accounts(store, counter, clock)
            made.append(accounts)
            reports = MailReports(
                store,
                settling.scribe,
                settling.consents.subject,
                counter.came_back,
                bus,
            )
            takes = {
                WISHED: wishes.take,
                ACCOUNT_ANSWERED: accounts.take,
                MAIL_REPORTED: reports.take,
            }
            if config.qr.up_front:
                url, scribe = config.till.tickets_url, settling.scribe
                reserving = Reserving(url, store, scribe, entropy)
                waiting = counter.picture.waiting
                phones = UpFront(waiting, counter, workshop, reserving, clock, bus)
                made.append(phones)
                takes[PAGE_CLAIMED] = phones.take
            made += telephone.lines(
                config, store, outside, bus, takes, forgetting, trial
            )
        except ConfigError as error:
            log.critical("nothing goes up to the RCU: %s", error)
            counter.link_changed("rcu", up=False)
    return made


def _mails(
    config: Config,
    mail: MailSettings,
    store: Store,
    workshop: Workshop,
    settling: Settling,
    clock: Clock,
) -> MailComposer:
    head = Letterhead(
        mail.sender,
        config.till.shop,
        config.printer.link,
        mail.reply_to,
        config.till.sensitive,
        mail.promotion_file,
    )

    async def may(contact: Contact) -> bool:
        return await settling.consents.may(contact, "marketing_email", "email")

    return MailComposer(store, workshop, clock, head, settling.page_url, may)


async def _is_shut_out(
    parcel: Parcel, read: Callable[[str], Contact | Unfit], consents: Consents
) -> bool:
    found = read(parcel.recipient)
    return isinstance(found, Contact) and await consents.shut_out(found) is not None


def _email(settings: MailSettings, counter: Counter) -> EmailChannel | None:
    try:
        return EmailChannel(settings)
    except ConfigError as error:
        log.critical("no e-mail is sent: %s", error)
        counter.link_changed("mail", up=False)
        return None


def _sms(config: Config, outside: Outside, counter: Counter) -> Channel | None:
    from agent.delivery import sms_ways

    assert config.sms is not None  # noqa: S101 -- asked by whoever calls
    try:
        return sms_ways.channel(config.sms, outside.clock, config.till.state_dir)
    except ConfigError as error:
        log.critical("no SMS is sent: %s", error)
        counter.link_changed("sms", up=False)
        return None


def names(services: Sequence[Service]) -> Iterator[str]:
    """What carries a receipt to its customer, as the bell names it."""
    for each in services:
        if isinstance(each, Dispatcher):
            yield each.link
        elif isinstance(each, Uplink):
            yield DESTINATION
