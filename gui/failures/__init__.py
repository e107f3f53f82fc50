"""What is told and kept when something goes wrong."""
