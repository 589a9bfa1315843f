"""Encoders: what a symbol says -> its bars and modules.

In: a ``Symbol`` of the strip.  Out: a ``Drawing``, or ``None`` for what its
symbology cannot say exactly.  Never: a quiet zone, readable characters, a repaired
check digit.  The library, zint, is loaded when the first symbol is drawn.
"""
