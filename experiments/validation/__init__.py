"""Validation: patterns that were observed in the area, each measured in the runs that should show it."""
