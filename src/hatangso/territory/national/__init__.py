"""The country's units as public sources give them: read, joined into lives, and loaded."""
