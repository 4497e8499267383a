"""Settings, the private database, files, doctor: what the rooms stand on."""
