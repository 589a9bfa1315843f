"""Meaning: what a printed document says, and whether its sums close.

In: lines of paper and the content of symbols.  Out: an ``agent.wire.receipt.Receipt``
with its kind, its fields and a verdict.  Pure and total: no clock, no log, no
exception for any text.  Never repairs a digit, never invents what is not printed.
"""
