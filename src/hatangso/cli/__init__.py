"""Commands: ``hatangso ...``."""
