"""What comes back of the tills' mails: bounces, complaints, and who wants none any more.

In: a message of the return path's mailbox, a provider's call, a touch on a page.  Out: a
report, by the receipt's id and its copy's number, on its way down to the till.  Never
answers a mail, never deletes one, never believes an address that a bounce names.
"""
