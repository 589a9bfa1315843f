"""Simulated till hardware: a stranger to ``agent/``, so that it can be a witness.

In come bytes, as a POS sends them to a printer; out come paper (text and
pictures), drawer pulses and status answers.  Devices: ``printer``,
``pos``, ``serial_pair``, ``flaky_net``, ``phone``, ``mailbox``, ``browser``; sales to
play: ``receipts`` (generated) and ``recordings/`` (other people's jobs).  ``shop``
stands them around the real programs, ``story`` plays them through, ``page`` shows
them.  It never imports the agent or the RCU, and constants are written down
twice on purpose.
"""
