"""Where a thing stands: every way in which Vietnamese files write it, read into degrees."""
