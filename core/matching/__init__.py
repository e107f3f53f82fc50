"""Raw rows of any file ↔ a form's rows, in order. Knows forms and nothing of file formats."""
