"""Folders, file names and hashes: what differs between systems."""
