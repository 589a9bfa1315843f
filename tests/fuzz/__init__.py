"""Millions of jobs that no POS ever sent: ``python -m tests.fuzz``.

The daily suite runs a short form (``test_fuzz.py``).
"""
