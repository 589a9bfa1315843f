"""A relay's password: a file of one line, or a credential of systemd."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from agent.delivery.settings_mail import RelaySettings
from agent.errors import ConfigError

CREDENTIAL: Final = "mail.password"
"""``LoadCredential=mail.password:/etc/...`` (systemd.exec(5))."""
MAX_PASSWORD_BYTES: Final = 4096
"""A password or token; more is the wrong file."""


def password(relay: RelaySettings) -> str | None:
    """Read each time that it is needed: a new one holds without a restart.

    Raises:
        ConfigError: it is wanted and cannot be read.
    """
    if relay.username is None:
        return None
    path, key = relay.password_file, "mail.password_file"
    if path is None:
        folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
        path, key = Path(folder) / CREDENTIAL, f"the credential {CREDENTIAL}"
        if not folder:
            raise ConfigError(
                "mail.username is there and mail.password_file is not; name a file with "
                f"the password, or LoadCredential={CREDENTIAL}:FILE in the unit"
            )
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(MAX_PASSWORD_BYTES).rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{key} = {path} cannot be read; "
            "put the password there, readable by the user receipt-agent"
        ) from error
