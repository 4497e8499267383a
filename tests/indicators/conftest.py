"""A territory to work out by hand, with a reform."""

from datetime import date

import pytest

from hatangso.catalogue.services import load_catalogue
from hatangso.territory import services as territory

REFORM = date(2025, 7, 1)


@pytest.fixture(autouse=True)
def kept_files(settings, tmp_path):
    """Keep files in a temporary folder."""
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def units():
    """A province with two communes; A and 3/4 of B become C, the rest D."""
    load_catalogue()
    source = territory.create_source("hand-made")
    province = territory.create_unit("P", "province", "tỉnh P", source=source)
    a = territory.create_unit("A", "commune", "xã A", parent=province, source=source)
    b = territory.create_unit("B", "commune", "xã B", parent=province, source=source)
    new = {
        code: territory.create_unit(
            code, "commune", f"xã {code}", parent=province, valid_from=REFORM, source=source
        )
        for code in ("C", "D")
    }
    shares = {("A", "C"): 1.0, ("B", "C"): 0.75, ("B", "D"): 0.25}
    territory.succeed([a, b], list(new.values()), REFORM, shares=shares)
    return {"P": province, "A": a, "B": b, **new}
