"""The window of 公开年报, in PySide6. Importing this package loads no Qt; gui.app does."""
