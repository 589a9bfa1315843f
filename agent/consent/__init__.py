"""What a customer decided, as a proof: one record a decision, in one chain a till.

In: who decided what, how, under which sentence.  Out: a record with the fields of
ISO/IEC TS 27560, sealed into the chain and signed by whoever holds the key.  Never
holds a contact: only its keyed hash.
"""
