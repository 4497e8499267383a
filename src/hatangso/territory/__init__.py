"""Where: units through time, villages, people."""
