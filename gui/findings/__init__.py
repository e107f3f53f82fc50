"""The findings beside the sheet."""
