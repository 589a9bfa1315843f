"""The till's keys: made, kept, rotated; what signs and what verifies.

In: a folder of the agent's own, and systemd's credentials where the shop keeps keys
there.  Out: signatures, public keys by id, the secret under which contacts are
compared.  A private key never leaves this room: not to a log, not to an error.
"""
