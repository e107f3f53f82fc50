"""Small widgets and dialogs used in several places."""
