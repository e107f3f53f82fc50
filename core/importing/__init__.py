"""Last year's file as a proposal of figures that the clerk agrees to."""
