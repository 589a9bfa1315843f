"""One proof per command and function that changes a receipt.

A proof is a job, and what the strip must show for it, typed from the manual by
hand.  ``test_proofs.py`` runs them all, and again with the command taken away:
then the strip must show something else.
"""
