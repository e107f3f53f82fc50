"""Charts of the report's figures."""
