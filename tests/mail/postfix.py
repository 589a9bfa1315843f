"""A Postfix of our own on a loopback port: its own configuration, queue and mailboxes.

Started in the foreground and ended by its process; nothing of the system's own Postfix is
read or touched.  It needs root, as Postfix does.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

DAEMONS: Final = Path("/usr/lib/postfix/sbin")
START_S: Final = 20.0
SIZE_LIMIT: Final = 300_000

_MAIN: Final = """\
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
maillog_file = {root}/log
maillog_file_prefixes = {root}
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.test
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
message_size_limit = {limit}
virtual_mailbox_domains = mail.example, shop.example
virtual_mailbox_maps = inline:{{ anna@mail.example=anna/, bounces@shop.example=bounces/ }}
virtual_mailbox_base = {root}/mail
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
# Taken, and handed on to somebody who has his own mind.
transport_maps = inline:{{ {{ far.example = smtp:[127.0.0.1]:{far} }} }}
relay_domains = far.example
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_tls_security_level = may
"""
_MASTER: Final = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
relay     unix  - - n - - smtp
error     unix  - - n - - error
retry     unix  - - n - - error
virtual   unix  - n n - - virtual
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True, slots=True)
class Postfix:
    """``mail``: a Maildir for each mailbox; ``far``: the port of another server's."""

    port: int
    far: int
    mail: Path

    def messages(self, mailbox: str) -> list[bytes]:
        return [
            each.read_bytes() for each in sorted(self.mail.glob(f"{mailbox}/new/*"))
        ]


@contextmanager
def running(certificate: tuple[Path, Path]) -> Iterator[Postfix]:
    """As long as the block; the test is skipped aloud where there can be none."""
    postfix = shutil.which("postfix", path="/usr/sbin:/usr/bin:/bin")
    if postfix is None or not (DAEMONS / "master").exists():
        pytest.skip("postfix is missing: NOT tried against it (apt install postfix)")
    if os.geteuid() != 0:
        pytest.skip("a Postfix starts as root only: NOT tried against it")
    # Not pytest's own folder, which is closed to the daemons.
    root = Path(tempfile.mkdtemp(prefix="postfix-of-tests-"))
    port, far = free_port(), free_port()
    try:
        _lay_out(root, port, far, certificate)
        command = [postfix, "-c", str(root / "etc"), "start-fg"]
        with (root / "out").open("wb") as out:
            master = subprocess.Popen(command, stdout=out, stderr=out, process_group=0)
        try:
            _await(port, master, root)
            yield Postfix(port, far, root / "mail")
        finally:
            os.killpg(master.pid, signal.SIGTERM)
            master.wait(10)
            _end(root / "queue" / "pid" / "master.pid")
    finally:
        shutil.rmtree(root)


def _end(pid_file: Path) -> None:
    """The daemon itself is not always of that group, and on a busy machine it stays."""
    with contextlib.suppress(OSError, ValueError):
        pid = int(pid_file.read_text())
        ends = time.monotonic() + 5
        while time.monotonic() < ends:
            os.kill(pid, signal.SIGTERM)
            time.sleep(0.05)
        os.kill(pid, signal.SIGKILL)


def _lay_out(root: Path, port: int, far: int, certificate: tuple[Path, Path]) -> None:
    owner = pwd.getpwnam("postfix")
    root.chmod(0o755)
    for name in ("etc", "queue", "data", "mail"):
        (root / name).mkdir(mode=0o755)
    for name in ("data", "mail"):
        os.chown(root / name, owner.pw_uid, owner.pw_gid)
    tls = [root / "etc" / path.name for path in certificate]
    for path, to in zip(certificate, tls, strict=True):
        shutil.copyfile(path, to)
    said = {"root": root, "uid": owner.pw_uid, "gid": owner.pw_gid, "far": far}
    main = _MAIN.format(**said, limit=SIZE_LIMIT, certificate=tls[0], key=tls[1])
    (root / "etc" / "main.cf").write_text(main)
    (root / "etc" / "master.cf").write_text(_MASTER.format(port=port))


def free_port() -> int:
    """One that nobody has, a moment ago."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def listens(port: int) -> bool:
    """Whether somebody answers there."""
    with socket.socket() as asks:
        return asks.connect_ex(("127.0.0.1", port)) == 0


def _await(port: int, master: subprocess.Popen[bytes], root: Path) -> None:
    ends = time.monotonic() + START_S
    while time.monotonic() < ends:
        if master.poll() is not None:
            break
        if listens(port):
            return
        time.sleep(0.02)
    said = [each.read_text() for each in (root / "out", root / "log") if each.exists()]
    raise AssertionError(f"Postfix does not start: {said}")
