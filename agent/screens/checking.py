"""Whether what the configuration names for the screens can be used."""

from __future__ import annotations

from agent.screens import brand, certificate
from agent.screens.settings import ScreensSettings


def check(settings: ScreensSettings) -> None:
    """Try the files that it names.

    Raises:
        ConfigError: which one, and why.
    """
    if settings.certfile is not None:
        certificate.context(settings.certfile, settings.keyfile)
    if settings.logo is not None:
        brand.logo(settings.logo)
