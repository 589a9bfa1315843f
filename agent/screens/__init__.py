"""Windows: the cashier's strip, the customer's display, IT's screen, as web pages.

In: a snapshot of the counter, whole, each time the bell rings.  Out: pages that show
it before any script has run, server-sent events, and verbs handed to the counter.
Open on loopback; from elsewhere over HTTPS, to screens that were paired and within
their role.  Never decides, and keeps nothing but who was paired.
"""
