"""What the receiving office hands on: the workbook, the total as a report, texts for chasing."""
