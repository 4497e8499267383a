"""Who: bodies, people, roles and their scope."""
