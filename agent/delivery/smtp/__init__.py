"""How mail relays are spoken to.

In: settings, one message, one recipient.  Out: an ``Outcome`` a relay, connections kept
for the next mail.  Never retries a message whose content was begun, never looks up a
name other than the relay's, never says or logs whom a mail is for.
"""
