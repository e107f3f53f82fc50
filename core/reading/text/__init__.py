"""Plain text: tables by separators, spaces, tabs or drawn lines."""
