"""Webhooks: changes sent to other systems as they come, signed by the log's key."""
