"""The RCU's cellar: the only room here that speaks SQL.

``db`` opens a file and gives the one way to write; ``schema`` holds the
numbered migrations; ``ledger`` takes batches in; ``pages`` finds what a token
opens; ``keyring`` knows the tills' keys; ``retention`` forgets in slices.
"""
