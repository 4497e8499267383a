"""How data comes in: templates, files, checks, differences, submissions."""
