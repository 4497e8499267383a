"""Triggers that keep the counted cells, and the indexes by which words are searched.

They stand on tables of the room ``inventory``, which knows nothing of maps: what is counted here is
for tiles alone. The triggers are of the statement: one COPY of a million rows is counted once, by
one sorted sum.
"""

from typing import ClassVar

from django.db import migrations

#: Table of each layer, its class, its technology, the words of its place, and its point.
LAYERS = (
    ("site", "site_kind", "", "address", "point"),
    ("mast", "mast_class", "", "", "point"),
    ("station", "", "technology", "", "point"),
    ("cell", "", "technology", "", "point"),
    ("pole", "pole_class", "", "road", "point"),
    ("chamber", "work_class", "", "", "point"),
    ("duct", "work_class", "", "road", "line"),
    ("trench", "work_class", "", "road", "line"),
    ("node", "node_kind", "", "", "point"),
    ("span", "network_level", "", "", "line"),
    ("service_point", "point_class", "", "address", "point"),
    ("data_centre", "tier", "", "address", "point"),
    ("dedicated_node", "level", "", "", "point"),
    ("served_office", "level", "", "", "point"),
    ("loudspeaker_station", "station_kind", "", "", "point"),
    ("important_work", "work_kind", "", "", "point"),
)

_FUNCTIONS = r"""
CREATE OR REPLACE FUNCTION api_asset_words(code text, name text, place text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT public.records_plain(code || ' ' || name || ' ' || place)
$$;

-- Statement that adds rows (sign, and the columns of a layer's table) to the counted cells.
CREATE OR REPLACE FUNCTION api_cells_sql(
    layer text, rows text, class_sql text, technology_sql text, point_sql text
) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT format($q$
        INSERT INTO public.api_cellcount AS kept
               (layer, owner, unit, status, asset_class, technology, published,
                level, cell_x, cell_y, count, sum_x, sum_y)
        SELECT %1$L, owner_id, unit, status, class, technology, published,
               cell.level, cell.x, cell.y, sum(sign),
               coalesce(sum(sign * public.ST_X(point)), 0),
               coalesce(sum(sign * public.ST_Y(point)), 0)
        FROM (SELECT sign, owner_id, coalesce(unit_id, 0) AS unit, status, %3$s AS class,
                     %4$s AS technology, published, %5$s AS point
              FROM (%2$s) AS given) AS one
        CROSS JOIN LATERAL (
            SELECT 0 AS level, -1 AS x, -1 AS y
            UNION ALL
            SELECT zoom,
                   floor((public.ST_X(point) + 20037508.342789244) / side)::integer,
                   floor((public.ST_Y(point) + 20037508.342789244) / side)::integer
            FROM (VALUES (11, 40075016.68557849 / 2048), (13, 40075016.68557849 / 8192),
                         (15, 40075016.68557849 / 32768)) AS pyramid (zoom, side)
            WHERE point IS NOT NULL
        ) AS cell
        GROUP BY owner_id, unit, status, class, technology, published, cell.level, cell.x, cell.y
        HAVING sum(sign) <> 0 OR abs(sum(sign * public.ST_X(point))) > 0.001
               OR abs(sum(sign * public.ST_Y(point))) > 0.001
        -- One order for all writers, so that two never wait for each other.
        ORDER BY cell.level, cell.x, cell.y, owner_id, unit, status, class, technology, published
        ON CONFLICT (level, cell_x, cell_y, layer, owner, unit, status, asset_class, technology,
                     published)
        DO UPDATE SET count = kept.count + excluded.count, sum_x = kept.sum_x + excluded.sum_x,
                      sum_y = kept.sum_y + excluded.sum_y
    $q$, layer, rows, class_sql, technology_sql, point_sql)
$$;

CREATE OR REPLACE FUNCTION api_count_cells() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rows text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        rows := 'SELECT 1 AS sign, * FROM fresh';
    ELSIF TG_OP = 'DELETE' THEN
        rows := 'SELECT -1 AS sign, * FROM gone';
    ELSE
        rows := 'SELECT 1 AS sign, * FROM fresh UNION ALL SELECT -1 AS sign, * FROM gone';
    END IF;
    EXECUTE public.api_cells_sql(TG_ARGV[0], rows, TG_ARGV[1], TG_ARGV[2], TG_ARGV[3]);
    RETURN NULL;
END $$;
"""

_UNDO_FUNCTIONS = """
DROP FUNCTION api_count_cells();
DROP FUNCTION api_cells_sql(text, text, text, text, text);
DROP FUNCTION api_asset_words(text, text, text);
"""


def _arguments(layer, asset_class, technology, _place, shape):
    point = "drawn" if shape == "point" else "public.ST_LineInterpolatePoint(drawn, 0.5)"
    parts = (layer, asset_class or "''", technology or "''", point)
    return ", ".join("'" + part.replace("'", "''") + "'" for part in parts)


def _trigger(*layer):
    table = f"inventory_{layer[0].replace('_', '')}"
    given = _arguments(*layer)
    name, _class, _technology, place, _shape = layer
    events = {
        "insert": "INSERT ON {t} REFERENCING NEW TABLE AS fresh",
        "update": "UPDATE ON {t} REFERENCING NEW TABLE AS fresh OLD TABLE AS gone",
        "delete": "DELETE ON {t} REFERENCING OLD TABLE AS gone",
    }
    triggers = "".join(
        f"CREATE TRIGGER api_cells_{event} AFTER {what.format(t=table)} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION api_count_cells({given});\n"
        for event, what in events.items()
    )
    arguments = given.split(", ", 1)
    count = (
        "DO $do$ BEGIN EXECUTE api_cells_sql("  # noqa: S608
        f"{arguments[0]}, 'SELECT 1 AS sign, * FROM {table}', {arguments[1]}); END $do$;\n"
    )
    index = (
        f"CREATE INDEX api_words_of_{name} ON {table} USING gin "
        f"(api_asset_words(code, name, {place or chr(39) * 2}) gin_trgm_ops);\n"
    )
    undo = "".join(f"DROP TRIGGER api_cells_{event} ON {table};\n" for event in events)
    return migrations.RunSQL(triggers + count + index, undo + f"DROP INDEX api_words_of_{name};")


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("api", "0001_initial"),
        ("inventory", "0001_initial"),
        ("records", "0002_words_of_the_log"),
    ]

    operations: ClassVar = [
        migrations.RunSQL(_FUNCTIONS, _UNDO_FUNCTIONS),
        *(_trigger(*layer) for layer in LAYERS),
    ]
