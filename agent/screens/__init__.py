"""Windows: the cashier's strip and the customer's display, as local web pages.

In: a snapshot of the counter, whole, each time the bell rings.  Out: pages,
server-sent events, and three verbs handed to the counter (choose, hold,
reprint).  Never decides, never stores, never listens beyond this machine.
"""
