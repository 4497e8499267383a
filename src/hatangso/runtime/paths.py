"""Where the program finds its own files, and keeps those of its users."""

import os
from pathlib import Path


def project_folder() -> Path:
    """Folder of the checkout: the one that holds src/."""
    return Path(__file__).resolve().parents[3]


def var_folder() -> Path:
    """Folder of all that is kept: database, files, caches. ``HATANGSO_VAR`` moves it."""
    return Path(os.environ.get("HATANGSO_VAR", project_folder() / "var")).resolve()


def files_folder() -> Path:
    """Folder of the raw files that users gave; nothing in it is ever changed or removed."""
    return var_folder() / "files"


def secret_file() -> Path:
    """File with the key that signs sessions, made at set-up, never in the repository."""
    return var_folder() / "secret-key"


def shared_folder() -> Path | None:
    """Folder of the real plans and data, or None. ``HATANGSO_SHARED`` names another place."""
    folder = Path(os.environ.get("HATANGSO_SHARED", project_folder().parent / "shared")).resolve()
    return folder if (folder / "data").is_dir() else None
