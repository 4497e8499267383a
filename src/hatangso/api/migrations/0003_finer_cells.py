"""Counted cells of zoom 17 besides, and an index of what is drawn.

With the cells clusters to zoom 13 are read and never counted. A generated column gets no spatial
index from Django, though it is the one by which a tile finds its assets.
"""

import importlib
from typing import ClassVar

from django.db import migrations

_before = importlib.import_module("hatangso.api.migrations.0002_counted_cells")
_COARSE = "(15, 40075016.68557849 / 32768)"
_FINE = f"{_COARSE}, (17, 40075016.68557849 / 131072)"
_FUNCTIONS: str = _before._FUNCTIONS
_FINER = _FUNCTIONS.replace(_COARSE, _FINE)

#: What the triggers keep, counted anew with the function as it is now.
_RECOUNT = """
DELETE FROM api_cellcount;
DO $do$
DECLARE
    counted record;
BEGIN
    FOR counted IN
        SELECT tgrelid::regclass AS name,
               string_to_array(encode(tgargs, 'escape'), '\\000') AS given
        FROM pg_trigger WHERE tgname = 'api_cells_insert'
    LOOP
        EXECUTE api_cells_sql(
            counted.given[1], 'SELECT 1 AS sign, * FROM ' || counted.name,
            counted.given[2], counted.given[3], counted.given[4]);
    END LOOP;
END $do$;
"""


def _index(layer: str) -> migrations.RunSQL:
    table = f"inventory_{layer.replace('_', '')}"
    return migrations.RunSQL(
        f"CREATE INDEX api_drawn_of_{layer} ON {table} USING gist (drawn)",
        f"DROP INDEX api_drawn_of_{layer}",
    )


class Migration(migrations.Migration):
    dependencies: ClassVar = [("api", "0002_counted_cells")]

    operations: ClassVar = [
        migrations.RunSQL(_FINER + _RECOUNT, _FUNCTIONS + _RECOUNT),
        *(_index(layer[0]) for layer in _before.LAYERS),
    ]
