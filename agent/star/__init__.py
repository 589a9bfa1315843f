"""The second dialect: Star line mode, Star raster, and the StarPRNT spellings they share.

In: bytes of a POS that believes to have a Star printer.  Out: jobs and questions
(``jobs``), what a job leaves on the paper (``interpret``), and the printer's answers
(``status``).  Never: a guess between two dialects within a stream, nor a translation of
what goes to the printer.
"""
