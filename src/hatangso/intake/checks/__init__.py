"""What is wrong with what was filed: every check has an id, a severity, and what to do."""
