"""What a run knows: every array of every entity."""
