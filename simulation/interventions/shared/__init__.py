"""What several levers need."""
