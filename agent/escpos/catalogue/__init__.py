"""The catalogue: every ESC/POS command and function, in words.

In: a command that the tokeniser found.  Out: its entry (name, parameters, what it
does in a sentence, what it means to us).  ``receipt-agent decode`` and
``docs/escpos-coverage.md`` are made from it; the relay and the worker never load it.
"""
