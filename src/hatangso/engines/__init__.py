"""Arrays and plain records in and out: no Django, no database, no clock."""
