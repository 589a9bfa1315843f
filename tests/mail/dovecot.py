"""A Dovecot of our own on loopback ports: one account, its Maildir, TLS by our certificate.

Started in the foreground and ended by its process; the system's own is not touched.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.mail.postfix import free_port, listens

START_S: Final = 20.0
USER, PASSWORD = "bounces", "s3cret-word"

_CONFIG: Final = """\
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = yes
mail_location = maildir:{root}/mail
first_valid_uid = 1
mail_uid = {owner}
mail_gid = {group}
default_internal_user = dovecot
default_login_user = dovenull
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={root}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
namespace inbox {{
  inbox = yes
  mailbox Lus {{
    auto = create
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Dovecot:
    """``plain`` speaks STARTTLS; ``mail`` is the Maildir of its one account."""

    plain: int
    tls: int
    mail: Path

    def deliver(self, raw: bytes) -> None:
        """As a mail server does it: written aside, then moved in."""
        number = len(list(self.mail.glob("new/*")) + list(self.mail.glob("cur/*")))
        aside = self.mail / "tmp" / f"{time.time_ns()}.{number}.test"
        aside.write_bytes(raw)
        owner = pwd.getpwnam("dovecot")
        os.chown(aside, owner.pw_uid, owner.pw_gid)
        aside.rename(self.mail / "new" / aside.name)


@contextmanager
def running(certificate: tuple[Path, Path]) -> Iterator[Dovecot]:
    """As long as the block; the test is skipped aloud where there can be none."""
    dovecot = shutil.which("dovecot", path="/usr/sbin:/usr/bin")
    if dovecot is None:
        pytest.skip(
            "dovecot is missing: NOT tried against it (apt install dovecot-imapd)"
        )
    if os.geteuid() != 0:
        pytest.skip(
            "a Dovecot for many users starts as root only: NOT tried against it"
        )
    root = Path(tempfile.mkdtemp(prefix="dovecot-of-tests-"))
    try:
        found = Dovecot(free_port(), free_port(), root / "mail")
        config = _lay_out(root, found, certificate)
        with (root / "out").open("wb") as out:
            command = [dovecot, "-F", "-c", str(config)]
            master = subprocess.Popen(command, stdout=out, stderr=out, process_group=0)
        try:
            _await(found, master, root)
            yield found
        finally:
            master.send_signal(signal.SIGTERM)
            master.wait(10)
    finally:
        shutil.rmtree(root)


def _lay_out(root: Path, ports: Dovecot, certificate: tuple[Path, Path]) -> Path:
    owner = pwd.getpwnam("dovecot")
    root.chmod(0o755)
    for folder in (ports.mail, *(ports.mail / each for each in ("new", "cur", "tmp"))):
        folder.mkdir()
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    config = root / "dovecot.conf"
    config.write_text(
        _CONFIG.format(
            root=root,
            certificate=certificate[0],
            key=certificate[1],
            owner=owner.pw_uid,
            group=owner.pw_gid,
            password=PASSWORD,
            plain=ports.plain,
            tls=ports.tls,
        )
    )
    return config


def _await(found: Dovecot, master: subprocess.Popen[bytes], root: Path) -> None:
    ends = time.monotonic() + START_S
    while time.monotonic() < ends and master.poll() is None:
        if listens(found.tls):
            return
        time.sleep(0.02)
    said = [each.read_text() for each in (root / "out", root / "log") if each.exists()]
    raise AssertionError(f"Dovecot does not start: {said}")
