"""The front door: bytes come in from the POS, answers go back.

In: a byte line (TCP so far).  Out: jobs handed to the corridor, durable before
the next byte is read, and printer-true answers.  Never interprets a job, never
writes a text of its own to the POS.
"""
