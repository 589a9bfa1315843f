"""What store IT types: find out, set up, hand in, print past a dead agent.

In: the till's configuration and what runs or lies there.  Out: findings with a remedy,
a bundle without persons, papers.  Never: a receipt's text on a terminal, or a change that
nobody asked for.
"""
