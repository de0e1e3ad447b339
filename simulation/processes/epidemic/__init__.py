"""The epidemic."""
