"""A made-up province, and the main job on it or on real input."""
