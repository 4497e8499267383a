"""OGC API Features and Tiles as a protocol: parameters in, documents out. No web framework here."""
