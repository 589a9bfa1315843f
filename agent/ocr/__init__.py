"""The reader: pictures of text go out to an engine, what it read comes back.

In: a picture (PNG), ready to be read.  Out: the engine's table (tesseract's TSV)
as bytes, or nothing by the deadline.  It never looks into either: that is the
worker's.  See docs/decisions/0005-pictures-of-text.md.
"""
