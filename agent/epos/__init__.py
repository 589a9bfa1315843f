"""The other dialect: ePOS-Print XML and a JSON job become the ESC/POS they stand for.

In: the body of an HTTP request.  Out: orders that were checked (``reading``,
``grammar``), ESC/POS bytes (``translate``, ``json_job``), and the document that a
printer with ePOS-Print answers (``answers``).  What is wrong with a document is a
value.  This room never opens a socket, reads a clock, logs, or raises on what a POS
sent.
"""
