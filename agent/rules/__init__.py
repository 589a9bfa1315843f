"""The law: what may happen to a document, as rows with legal references.

In: :class:`agent.rules.facts.Facts` and a country's :class:`agent.rules.pack.Pack`.  Out: a
:class:`agent.rules.decide.Decision` with its row, its legal ground and the reason in two
languages.  Never reads a file, never asks the customer, never prints; when in doubt:
paper.
"""
