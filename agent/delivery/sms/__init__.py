"""What a text message is made of and how its carriers speak; no wire, no clock.

In: a number, a text, an id; what a gateway or a modem said.  Out: a PDU, a request,
the next line to a modem, an ``Outcome``.  Never opens, waits or retries.
"""
