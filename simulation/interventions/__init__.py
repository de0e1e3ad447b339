"""Levers: one file a kind; see `base.py` for what a lever is."""
