"""Small print: an address as a QR symbol.

In: the capability URL of a receipt's page.  Out: SVG text that any page can
stand in itself.  Never fetches, never stores, never knows whose receipt it is.
"""
