"""Normal forms of what names a customer.  A leaf, shared with the RCU.

In: text as typed or printed.  Out: a normal form, or ``None``.  Never a guess,
never a look-up.
"""
