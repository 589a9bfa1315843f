"""The fleet: heartbeats come in, store IT sees what is wrong where, worst first.

Takes heartbeats and the tills' proofs; gives a table, pages and staged configurations.
Never shows a receipt, a customer, or an address.
"""
