"""What every reader builds on: limits, safe containers, raw tables."""
