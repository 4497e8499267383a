"""What stands: sites, masts, stations, poles, ducts, spans, nodes, and who uses which of them."""
