"""What changed since a position in the one log, for programs that keep a copy."""
