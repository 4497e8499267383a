"""``python -m hatangso`` is the command ``hatangso``."""

from hatangso.cli.main import main

main(prog_name="hatangso")
