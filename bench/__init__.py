"""Figures, each beside its limit or peer from the same run; never asserted."""
