"""The gauges: what happens and what is committed comes in as counts, a scrape goes out.

``table`` names every metric once; the page for store IT is made from it.  Nothing that
stands on a receipt, no contact, no address and no free name is ever a label.
"""
