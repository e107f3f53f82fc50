"""Web pages, mail archives and OpenDocument."""
