"""``python -m hatangso`` is the command ``hatangso``."""

from hatangso.cli.main import main

# A worker of the server imports this file too, and must not run the command again.
if __name__ == "__main__":
    main(prog_name="hatangso")
