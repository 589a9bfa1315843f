"""What the RCU raises on purpose.

* RcuError
    * ConfigError   a human must edit the configuration; the process exits 78
    * StoreError    the database cannot be trusted; the process exits 70

A bad request is never an exception outside the file that reads it: it becomes
a problem document (``rcu.answers``).
"""

from __future__ import annotations


class RcuError(Exception):
    """Base of the above.  Never raised itself."""


class ConfigError(RcuError):
    """The configuration cannot work; restarting will not help."""


class StoreError(RcuError):
    """The database is not ours, from a newer version, or not as durable as asked."""
