"""What the printer that we pose as says: bytes of an answer for each question.

In come a question's command, the real printer's state, who we pose as and, where the
question is about it, what the printer remembers.  Out come bytes.  Who asked, and when
the answer may leave, is not known here (:mod:`agent.escpos.status`,
:mod:`agent.escpos.jobs`); only :mod:`agent.escpos.replies.worked` reads a job.
"""
