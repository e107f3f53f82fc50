"""The manual, the tour and F1."""
