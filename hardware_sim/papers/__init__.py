"""Receipts and other papers of European tills, made from a seed, with the truth about each.

In: a seed.  Out: a ``Paper``: its lines, its truth in the vocabulary of the labelled
corpus, and real ESC/POS bytes.  Shops, goods and people are invented.  Sums close by
construction, except on papers that are made to be caught.  Nothing of ``agent`` is here.
"""
