"""Official documents, spreadsheets, open data."""
