"""What an official form is: its tables, rows, columns and rules, read from TOML."""
