"""Figures in running text, held against the table."""
