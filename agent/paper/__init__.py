"""Virtual paper: what the customer would have held.

In: a :class:`agent.paper.strip.Strip`, made by the reading room.  Out: lines
of text, accessible HTML, a picture.  Never interprets bytes, never decides.
"""
