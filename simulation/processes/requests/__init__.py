"""From an issue to a closed ticket."""
