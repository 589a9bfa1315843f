"""The corridor: job -> durable -> understood -> decided -> printed or offered.

In: jobs from the doors, choices from the screens.  Out: changes to the store,
sheets for the printer, rings of the bell.  It interprets nothing itself; when
any room fails it, the job's bytes go to the printer.
"""
