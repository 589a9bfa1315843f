"""Hands: who answers where the POS owns the keyboard's focus.

In: keypads and keyboard-wedge scanners under /dev/input, scanners on serial lines.
Out: the counter's verbs (:mod:`agent.verbs`), an identifier that was scanned.  What
was scanned and is none of ours is counted and never written down.  The files from
``events`` to ``codes`` are sans-IO.
"""
