"""The back door: what was chosen goes out, and what became of it comes back.

In: a job's raw bytes for the printer, parcels for the other channels.  Out: an
``Outcome`` each time, durable and rung.  Never interprets a job, never composes
a message (the worker does), never decides who gets what.
"""
