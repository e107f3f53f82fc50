"""PDF: objects, fonts, what a page draws, tables found in it."""
