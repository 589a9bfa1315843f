"""The mailbox of bounces in a real IMAP server, over TLS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rcu.config import MailboxSettings
from rcu.mail.bounces import read
from rcu.mail.mailbox import Found, Mailbox
from rcu.mail_report import Report
from tests.mail.dovecot import PASSWORD, USER, Dovecot, running
from tests.mail.test_email import certificate as certificate  # noqa: PLC0414
from tests.rcu import bounce_texts as texts
from tests.rcu.bounce_texts import ID

pytestmark = pytest.mark.timeout(60)


@pytest.fixture(scope="module")
def dovecot(certificate: tuple[Path, Path]) -> Iterator[Dovecot]:
    with running(certificate) as found:
        yield found


@pytest.fixture
def settings(
    dovecot: Dovecot, certificate: tuple[Path, Path], tmp_path: Path
) -> MailboxSettings:
    (tmp_path / "password").write_text(PASSWORD)
    return MailboxSettings(
        host="127.0.0.1",
        port=dovecot.tls,
        username=USER,
        password_file=str(tmp_path / "password"),
        ca_file=str(certificate[0]),
    )


def visited(settings: MailboxSettings) -> list[bytes]:
    found: list[bytes] = []

    def keep(message: Found) -> None:
        found.append(message.raw)

    assert Mailbox(settings).visit(keep) == len(found)
    return found


def bounce(text: str = texts.POSTFIX) -> bytes:
    return text.replace("{id}", ID).replace("\n", "\r\n").encode()


def test_what_came_is_shown_once_and_stays_there(
    dovecot: Dovecot, settings: MailboxSettings
) -> None:
    dovecot.deliver(bounce())
    dovecot.deliver(bounce(texts.ABSENT))
    found = visited(settings)
    assert [read(raw) for raw in found] == [
        Report(ID, 2, "bounced", "5.1.1", hard=True),
        "answer",
    ]
    assert visited(settings) == []
    assert len(list(dovecot.mail.glob("cur/*:2,*S"))) == 2


def test_it_is_put_aside_where_that_is_wanted_by_starttls_too(
    dovecot: Dovecot, settings: MailboxSettings
) -> None:
    changed = {"security": "starttls", "port": dovecot.plain, "done_folder": "Lus"}
    dovecot.deliver(bounce())
    assert len(visited(settings.model_copy(update=changed))) == 1
    assert len(list(dovecot.mail.glob(".Lus/cur/*"))) == 1


def test_one_that_could_not_be_kept_is_shown_again(
    dovecot: Dovecot, settings: MailboxSettings
) -> None:
    dovecot.deliver(bounce())

    def fails(_message: Found) -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk is full"):
        Mailbox(settings).visit(fails)
    assert len(visited(settings)) == 1


def test_a_certificate_of_nobody_we_know_gets_no_password(
    settings: MailboxSettings,
) -> None:
    with pytest.raises(OSError, match="certificate"):
        visited(settings.model_copy(update={"ca_file": ""}))
