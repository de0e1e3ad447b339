"""What every resident does every week."""
