"""Letters: what we write ourselves, as a mail or as a slip of paper.

In: a receipt as data, an address of its page, a date.  Out: an RFC 5322
message, or ESC/POS bytes for a printer's profile.  Never sends, never prints,
never decides who gets what.
"""
