"""The cellar: the only room that speaks SQL.

In: :class:`agent.store.records.Change` values, many to a commit, durable when
``Store.commit`` returns.  Out: frozen records.  Raw print jobs, the event log,
cursors, deliveries.  Never interprets a job, never imports a parser.
"""
