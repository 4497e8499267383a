"""Layout, map, shared components; the public's pages."""
