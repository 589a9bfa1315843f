"""One file per way out of the shop that carries a composed message.

In: a message and its recipient.  Out: an ``Outcome``.  A channel never retries,
never stores, never logs a recipient; the dispatcher does the first two.
"""
