"""The reading room: ESC/POS bytes become tokens, jobs, answers and a strip.

In: bytes as they came off the wire, in any chunking.  Out: frozen tokens
(``tokens``, ``grammar``), where one job ends and the next begins (``jobs``), the
bytes a printer would answer (``status``), and what the paper would show.
This room never opens a socket, reads a clock, logs, or raises on what a POS sent.
"""
