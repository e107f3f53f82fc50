"""The main window, its panes and its actions."""
