"""Assets as others read them: one filter for map, list, tiles and exports, and what it gives."""
