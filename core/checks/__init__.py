"""What a form's rules say of its figures: bound to cells, judged, put into words."""
