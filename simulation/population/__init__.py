"""Residents as columns: their state, the fused weekly step and its random numbers."""
