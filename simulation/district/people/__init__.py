"""Who lives there."""
