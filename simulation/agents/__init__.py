"""Views of the state through Mesa: residents, and those who serve them, as agents."""
