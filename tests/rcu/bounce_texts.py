"""Messages as servers and people send them back, shortened; ``{id}`` is of our mail.

Shapes: Postfix 3.7, Exim 4 (report and older words), qmail, Exchange, Gmail, an ARF
complaint; an absence, a challenge, a receipt of reading, a DSN of good news.
"""

from __future__ import annotations

from typing import Final

ID: Final = "0193fa5e-7a10-7abc-8def-0123456789ab"


def _report(
    fields: str,
    *,
    per_message: str = "Reporting-MTA: dns; mx.example",
    returned: str = "Message-ID: <{id}.2@shop.example>",
    words: str = "I could not deliver your message.",
) -> str:
    return f"""\
From: MAILER-DAEMON@mx.example (Mail Delivery System)
Return-Path: <>
Subject: Undelivered Mail Returned to Sender
To: bounces@shop.example
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=b"

--=b
Content-Type: text/plain

{words}

--=b
Content-Type: message/delivery-status

{per_message}

{fields}

--=b
Content-Type: text/rfc822-headers

From: Boutique <tickets@shop.example>
{returned}
Subject: Votre ticket

--=b--
"""


POSTFIX: Final = _report(
    """\
Final-Recipient: rfc822; anna@example.org
Original-Recipient: rfc822;anna@example.org
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.example.org
Diagnostic-Code: smtp; 550 5.1.1 <anna@example.org>: Recipient address rejected:
    User unknown in virtual mailbox table""",
    per_message="Reporting-MTA: dns; mx.example\nOriginal-Envelope-Id: {id}.2",
    returned="X-Nothing: here",
)
NO_ENVID: Final = _report(
    "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.0.0\n"
    "Diagnostic-Code: smtp; 550 No such user here"
)
FULL: Final = _report(
    "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.2.2\n"
    "Diagnostic-Code: smtp; 552 5.2.2 mailbox full"
)
SPAM: Final = _report(
    "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.7.1\n"
    "Diagnostic-Code: smtp; 550 5.7.1 message content rejected"
)
DELAYED: Final = _report(
    "Final-Recipient: rfc822; a@b.example\nAction: delayed\nStatus: 4.4.1\n"
    "Will-Retry-Until: Sun, 6 Dec 2026 10:00:00 +0100"
)
DELIVERED: Final = _report(
    "Final-Recipient: rfc822; a@b.example\nAction: delivered\nStatus: 2.0.0"
)
RELAYED: Final = _report(
    "Final-Recipient: rfc822; a@b.example\nAction: relayed\nStatus: 2.0.0"
)
NOT_OURS: Final = _report(
    "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1",
    returned="Message-ID: <CA+1234@mail.example>",
)
QMAIL: Final = """\
From: MAILER-DAEMON@mx.example
Return-Path: <>
Subject: failure notice

Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<anna@example.org>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <bounces@shop.example>
Message-ID: <{id}.2@shop.example>
Subject: Votre ticket
"""
EXIM: Final = """\
From: Mail Delivery System <Mailer-Daemon@mx.example>
X-Failed-Recipients: anna@example.org
Auto-Submitted: auto-generated
Subject: Mail delivery failed: returning message to sender

A message that you sent could not be delivered to one or more of its recipients.

  anna@example.org
    550 Unknown user

------ This is a copy of the message, including all the headers. ------

Message-Id: <{id}.2@shop.example>
From: tickets@shop.example
"""
EXIM_WARNS: Final = """\
From: Mail Delivery System <Mailer-Daemon@mx.example>
Auto-Submitted: auto-generated
Subject: Warning: message delayed 24 hours

This message was created automatically by mail delivery software.
The message has not yet been delivered after more than 24 hours.
Delivery attempts will continue for some time.

Message-ID: <{id}.2@shop.example>
"""
EXCHANGE: Final = """\
From: postmaster@corp.example
Subject: =?utf-8?q?Non_remis_=3A_Votre_ticket?=
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="=x"

--=x
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Votre message n'a pas pu être remis à anna@corp.example.
Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found'

--=x
Content-Type: message/rfc822

From: tickets@shop.example
Message-ID: <{id}.2@shop.example>
Subject: Votre ticket

Bonjour
--=x--
"""
COMPLAINT: Final = """\
From: staff@hotmail.example
Subject: complaint about message
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="=f"

--=f
Content-Type: text/plain

This is an email abuse report.
--=f
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1
--=f
Content-Type: message/rfc822

From: tickets@shop.example
Message-ID: <{id}.2@shop.example>

Bonjour
--=f--
"""
ABSENT: Final = """\
From: Anna <anna@example.org>
Return-Path: <>
Subject: Absence du bureau Re: Votre ticket
Auto-Submitted: auto-replied
In-Reply-To: <{id}.2@shop.example>

Je suis absente jusqu'au 5. En cas d'urgence : 550 rue des Lilas.
"""
ABSENT_SILENTLY: Final = """\
From: Anna <anna@example.org>
Subject: Out of office
In-Reply-To: <{id}.2@shop.example>

I am away. Your message could not be delivered to my brain: 5.1.1
"""
POSTMASTER_AWAY: Final = """\
From: postmaster@corp.example
Subject: Automatic reply
Auto-Submitted: auto-replied
In-Reply-To: <{id}.2@shop.example>

The postmaster is away. User unknown? 550 5.1.1 is for you to read.
"""
CHALLENGE: Final = """\
From: confirm@antispam.example
Subject: Please confirm your message
In-Reply-To: <{id}.2@shop.example>

Your message is being held. Press here to prove that you are a person: 550 points.
"""
READ: Final = """\
From: Anna <anna@example.org>
Subject: Read: Votre ticket
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification; boundary="=r"

--=r
Content-Type: text/plain

Read.
--=r
Content-Type: message/disposition-notification

Original-Message-ID: <{id}.2@shop.example>
Disposition: manual-action/MDN-sent-manually; displayed
--=r--
"""
DAEMON_ANSWERS: Final = """\
From: MAILER-DAEMON@mx.example
Subject: Your message was received
Message-ID: <1@mx.example>

Thank you for your message.

Message-ID: <{id}.2@shop.example>
"""
