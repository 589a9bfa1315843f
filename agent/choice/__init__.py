"""The counter: one customer's choice, as a state machine without a clock.

In: what happened (a pick, silence, the next sale, a touch).  Out: a new
session and what has to be done.  Never does it itself.
"""
