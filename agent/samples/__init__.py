"""Recorded papers from files, to try the reading on.

In: print jobs as bytes, papers as lines of text, labelled receipts as JSON.  Out: papers
that :mod:`agent.receipt` reads, and what it makes of them.  For store IT and developers
in front of a terminal: the daemon takes nothing from here.
"""
