"""What leaves the program: the printed form as a grid of cells, and the workbook made of it."""
