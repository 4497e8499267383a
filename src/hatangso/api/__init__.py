"""REST, tiles, OGC API Features."""
