"""The RCU: what the tills know, in one place, and each customer's receipt page.

In: batches of events from enrolled tills (WIRE: ``POST /v1/events``).
Out: an answer per event once it is durable; ``GET /r/{token}``, the customer's
receipt.  It never calls a till, never keeps a page token in clear, never sets a
cookie.  It sees the till through ``agent.wire`` and ``agent.identity`` only.
"""
