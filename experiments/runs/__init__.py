"""How runs are made and kept."""
