"""The wires to the real printer: network, serial line, character device.

In: bytes of a job and a deadline.  Out: the bytes that the printer says back.
Never blocks the event loop, never looks into the bytes, never tries again on
its own: ``agent.delivery.printer`` decides that.
"""
