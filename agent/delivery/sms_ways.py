"""Which channel the configuration stands for.  A new way is one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from agent.clock import Clock, SystemClock
from agent.delivery.channels.sms_http import HttpSms
from agent.delivery.channels.sms_modem import ModemSms
from agent.delivery.channels.sms_ovh import OvhSms
from agent.delivery.channels.sms_twilio import TwilioSms
from agent.delivery.gateway import Gateway
from agent.delivery.post import Channel
from agent.delivery.settings_sms import SmsSettings, Way

REFUSED_PIN: Final = "sms.pin-refused"
"""In the agent's own folder."""


def channel(settings: SmsSettings, clock: Clock, state_dir: Path) -> Channel:
    """The way that is used, not yet tried.

    Raises:
        ConfigError: a secret cannot be read.
    """
    return _WAYS[settings.way](settings, clock, state_dir)


def check(settings: SmsSettings | None) -> None:
    """Read the secrets of the way that is used.

    Raises:
        ConfigError: one cannot be read.
    """
    if settings is not None:
        channel(settings, SystemClock(), Path())


def _gateway(settings: SmsSettings) -> Gateway:
    return Gateway(
        connect_s=settings.connect_s,
        total_s=settings.total_s,
        ca_file=settings.ca_file,
    )


def _http(settings: SmsSettings, _clock: Clock, _state_dir: Path) -> Channel:
    assert settings.http is not None  # noqa: S101 -- the settings checked it
    return HttpSms(settings.http, _gateway(settings))


def _twilio(settings: SmsSettings, _clock: Clock, _state_dir: Path) -> Channel:
    assert settings.twilio is not None  # noqa: S101 -- the settings checked it
    return TwilioSms(settings.twilio, _gateway(settings), settings.validity_hours)


def _ovh(settings: SmsSettings, clock: Clock, _state_dir: Path) -> Channel:
    assert settings.ovh is not None  # noqa: S101 -- the settings checked it
    return OvhSms(settings.ovh, _gateway(settings), clock, settings.validity_hours)


def _modem(settings: SmsSettings, _clock: Clock, state_dir: Path) -> Channel:
    assert settings.modem is not None  # noqa: S101 -- the settings checked it
    return ModemSms(
        settings.modem,
        total_s=settings.modem_total_s,
        validity_hours=settings.validity_hours,
        marker=state_dir / REFUSED_PIN,
    )


_WAYS: Final[Mapping[Way, Callable[[SmsSettings, Clock, Path], Channel]]] = {
    "http": _http,
    "twilio": _twilio,
    "ovh": _ovh,
    "modem": _modem,
}
