"""History, approval, lineage: what every room above needs."""
