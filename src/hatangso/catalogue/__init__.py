"""What is measured: indicators and their definitions."""
