"""The telephone: the event log goes up to the RCU, in order, once in effect.

In: entries of the store's log.  Out: CloudEvents batches over HTTPS, a cursor
that follows what the RCU holds durably, refused entries set aside.  Never
builds or changes a body, never decides what is sent, never drops an entry.
"""
