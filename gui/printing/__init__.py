"""The printed form: pages, preview, PDF."""
