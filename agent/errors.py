"""Every exception the agent raises on purpose, and what to do about each.

* AgentError
    * ConfigError      a human must edit the configuration; the process exits 78
    * StoreError       this write or read did not happen (disk full, one bad record)
        * StoreOverError   nothing will happen any more; the process exits 70
        * StoreAbsentError  there is none to ask: said once, at the start
        * StoreInUseError  another process has it; leave it to that one
        * StoreDamagedError  the file is damaged; it is put aside and a new one made
    * PeerError        a peer broke its protocol; close that connection only
    * WorkerError      the worker gave no result: died, overran, or refused the bytes

What happens on an ordinary day (paper out, refused address, no network) is an
*outcome*, a value returned by the channel, and never an exception.  Anything
else that is raised is a bug: it reaches the supervisor with its traceback.
"""

from __future__ import annotations


class AgentError(Exception):
    """Base of the above.  Never raised itself."""


class ConfigError(AgentError):
    """The configuration cannot work; restarting will not help."""


class StoreError(AgentError):
    """A write or a read did not happen: full, read-only, damaged, not ours."""


class StoreOverError(StoreError):
    """The database failed for good; only a fresh process can open it again."""


class ChangeRefusedError(StoreError):
    """The store is well, and that change does not fit it: again it would not either."""


class StoreAbsentError(StoreError):
    """This run has no database; why was said when it began."""


class StoreInUseError(StoreError):
    """Another process has the database."""


class StoreDamagedError(StoreError):
    """The database file itself is damaged."""


class PeerError(AgentError):
    """A till, printer or browser went past a limit we enforce."""


class WorkerError(AgentError):
    """The worker process gave no result for this one request."""
