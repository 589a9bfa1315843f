"""The law: what may happen to a document, as a table with legal references.

In: :class:`agent.rules.decide.Facts`.  Out: a :class:`agent.rules.decide.Decision`
with its rule, its legal ground and the reason in two languages.  Never asks
the customer, never prints; when in doubt: paper.
"""
