"""The workshop: a process of its own for all that costs more than a millisecond.

In: a task name, JSON parameters, bytes.  Out: JSON, bytes, or ``WorkerError``
by the deadline.  It may die at any time; the relay misses one result.
See docs/decisions/0001-process-model.md.
"""
