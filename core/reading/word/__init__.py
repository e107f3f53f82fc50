"""Word files: .docx, .doc, .rtf."""
