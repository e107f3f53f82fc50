"""Last year's file: preview, questions, what is taken over."""
