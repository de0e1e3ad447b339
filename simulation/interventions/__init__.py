"""Levers: one file per kind; see `base.py` for what a lever is."""
