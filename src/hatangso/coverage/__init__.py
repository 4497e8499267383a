"""Who is served. Here: the rasters that the system keeps, predicted coverage and its ground."""
