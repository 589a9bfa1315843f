"""What a retailer knows of its POS, to sharpen the reading of its papers.

In: a profile (TOML, loaded elsewhere), the lines of a paper.  Out: the receipt that
:mod:`agent.receipt` reads, with what the profile adds.  It never sets an amount or a
verdict, and hides no line with an amount at or above the total
(docs/decisions/0007-profiles.md).
"""
