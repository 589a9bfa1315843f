"""What comes back is read as what it is, and an absence is no bounce."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rcu.mail.bounces import read
from rcu.mail_report import Report
from tests.rcu import bounce_texts as texts
from tests.rcu.bounce_texts import ID


def said(text: str) -> object:
    return read(text.replace("{id}", ID).encode())


def bounced(status: str, *, hard: bool) -> Report:
    return Report(ID, 2, "bounced", status, hard)


@pytest.mark.parametrize(
    ("text", "report"),
    [
        (texts.POSTFIX, bounced("5.1.1", hard=True)),
        (texts.NO_ENVID, bounced("5.0.0", hard=True)),
        (texts.FULL, bounced("5.2.2", hard=False)),
        (texts.SPAM, bounced("5.7.1", hard=False)),
        (texts.QMAIL, bounced("5.1.1", hard=True)),
        (texts.EXIM, bounced("5.0.0", hard=True)),
        (texts.EXCHANGE, bounced("5.1.10", hard=True)),
        (texts.DELAYED, Report(ID, 2, "delayed", "4.4.1")),
        (texts.EXIM_WARNS, Report(ID, 2, "delayed", "")),
        (texts.COMPLAINT, Report(ID, 2, "unwanted")),
    ],
    ids=["postfix", "no envid", "full", "spam", "qmail", "exim", "exchange", "delayed",
         "exim warns", "complaint"],
)  # fmt: skip
def test_a_bounce_is_found_by_our_own_id(text: str, report: Report) -> None:
    assert said(text) == report


@pytest.mark.parametrize(
    "text",
    [
        texts.ABSENT,
        texts.ABSENT_SILENTLY,
        texts.POSTMASTER_AWAY,
        texts.CHALLENGE,
        texts.READ,
        texts.DAEMON_ANSWERS,
    ],
    ids=["absent", "absent silently", "postmaster away", "challenge", "read", "daemon"],
)
def test_an_answer_is_no_bounce(text: str) -> None:
    assert said(text) == "answer"


@pytest.mark.parametrize("text", [texts.DELIVERED, texts.RELAYED])
def test_good_news_is_no_bounce(text: str) -> None:
    assert said(text) == "good"


def test_a_bounce_of_something_else_is_not_guessed_at() -> None:
    assert said(texts.NOT_OURS) == "unmatched"


def test_the_original_is_copy_nought_and_xtext_is_read() -> None:
    text = texts.POSTFIX.replace("{id}.2", ID.replace("-", "+2D"))
    assert said(text) == Report(ID, 0, "bounced", "5.1.1", hard=True)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 2000))
def test_nothing_that_comes_back_breaks_the_reader(junk: bytes, at: int) -> None:
    whole = texts.POSTFIX.replace("{id}", ID).encode()
    for raw in (junk, whole[:at] + junk + whole[at:]):
        found = read(raw)
        assert isinstance(found, Report) or found in {"answer", "good", "unmatched"}


def test_parts_in_parts_do_not_end_it() -> None:
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(3000)
    )
    assert read(deep) in {"answer", "unmatched"}
