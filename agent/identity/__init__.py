"""Normal forms of what names a customer.  A leaf, shared with the RCU.

In: text as typed, scanned or printed.  Out: a contact (what is sent, what is compared,
what is shown), or what is wrong with it, in words.  Never a rewrite unasked, never a
look-up, never an exception.
"""
