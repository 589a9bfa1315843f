"""The fault laboratory: kills, power cuts, bad disks, bad lines, bad clocks.

Each fault hits the real programs through their front door.  What was acknowledged
is known outside of them (what the POS heard), and so is what became of it (the
printer's paper, the RCU's books).  Each has a control: the same run against a program
with one promise broken, which has to lose.  ``python -m tests.faults`` runs the long
forms; the tests here are the short ones.  ``docs/faults.md`` has the figures.
"""
