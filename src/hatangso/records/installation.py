"""Ties the log to every table: functions and triggers, brought up to date after each migration.

An INSERT or DELETE is written down by statement (one set of entries, or, of more rows than
`ONE_BY_ONE`, one entry for the whole load); an UPDATE by row, with what was changed from what to
what (who acts is written out there: a call of `records_acting` with every row costs a tenth of its
entry). An earlier state of a row is the row with later changes taken back, so a bulk load needs no
copy of its rows. The functions run with the rights of the tables' owner: the application itself
may not even insert into the log.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.gis.db.models import GeometryField
from django.db import connection
from django.db.models import Field, Model

from hatangso.organisations import access
from hatangso.records import privileges

#: A statement that inserts more rows than this is one entry: how many, and their first and last.
ONE_BY_ONE = 10_000

_COMMON = """
CREATE OR REPLACE FUNCTION records_keep_apart(of_person bigint, content text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE number uuid := gen_random_uuid();
        grain text := gen_random_uuid()::text || gen_random_uuid()::text;
BEGIN
    IF content IS NULL OR content = '' THEN RETURN to_jsonb(content); END IF;
    INSERT INTO records_personalvalue (id, person, salt, value)
    VALUES (number, of_person, grain, content);
    RETURN jsonb_build_object('kept', number,
        'sha256', encode(sha256(convert_to(grain || content, 'UTF8')), 'hex'));
END $$;

REVOKE EXECUTE ON FUNCTION records_keep_apart(bigint, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION records_note(
    done text, of_model text, of_record text, content jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF done NOT IN ('view', 'export', 'sign_in', 'sign_out') THEN
        RAISE EXCEPTION 'A note cannot say that something was changed: %', done;
    END IF;
    INSERT INTO records_entry (at, transaction, action, model, record, before, after, who, why,
                               through, place, database_role)
    SELECT clock_timestamp(), pg_current_xact_id()::text::bigint, done, of_model, of_record, NULL,
           content, now_acting.who, now_acting.why, now_acting.through, now_acting.place,
           session_user
    FROM records_acting() AS now_acting;
END $$;

CREATE OR REPLACE FUNCTION records_acting(
    OUT who bigint, OUT why text, OUT through text, OUT place text)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    who := nullif(current_setting('hatangso.who', true), '')::bigint;
    why := coalesce(current_setting('hatangso.why', true), '');
    through := coalesce(nullif(current_setting('hatangso.through', true), ''), 'sql');
    place := coalesce(current_setting('hatangso.place', true), '');
END $$;

CREATE OR REPLACE FUNCTION records_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The log is only added to: % of % is refused.', lower(TG_OP), TG_TABLE_NAME;
END $$;
"""

_GUARD = """
CREATE OR REPLACE TRIGGER records_only_added_to BEFORE UPDATE OR DELETE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION records_refuse();
"""
_ONLY_ADDED_TO = ("records_entry", "records_leaf", "records_head")

_TABLE = """
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    log_acting record;
    log_transaction bigint := pg_current_xact_id()::text::bigint;
    log_rows bigint;
    log_was jsonb := '{{}}';
    log_given jsonb := '{{}}';
BEGIN
    IF TG_OP <> 'UPDATE' THEN SELECT * INTO log_acting FROM records_acting(); END IF;
    IF TG_OP = 'INSERT' THEN
        SELECT count(*) INTO log_rows FROM fresh;
        IF log_rows > {one_by_one} THEN
            INSERT INTO records_entry (at, transaction, action, model, record, after, who, why,
                                       through, place, database_role)
            SELECT clock_timestamp(), log_transaction, 'load', '{label}', '',
                   jsonb_build_object('rows', log_rows, 'first', min(one.{key}),
                                      'last', max(one.{key})),
                   log_acting.who, log_acting.why, log_acting.through, log_acting.place,
                   session_user
            FROM fresh AS one;
        ELSE
            INSERT INTO records_entry (at, transaction, action, model, record, after, who, why,
                                       through, place, database_role, unit, operator)
            SELECT clock_timestamp(), log_transaction, 'insert', '{label}', one.{key}::text,
                   {inserted},
                   log_acting.who, log_acting.why, log_acting.through, log_acting.place,
                   session_user, {unit_of_one}, {operator_of_one}
            FROM fresh AS one;
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO records_entry (at, transaction, action, model, record, before, who, why,
                                   through, place, database_role, unit, operator)
        SELECT clock_timestamp(), log_transaction, 'delete', '{label}', one.{key}::text,
               {deleted},
               log_acting.who, log_acting.why, log_acting.through, log_acting.place, session_user,
               {unit_of_one}, {operator_of_one}
        FROM gone AS one;
    ELSIF TG_OP = 'TRUNCATE' THEN
        INSERT INTO records_entry (at, transaction, action, model, record, who, why, through,
                                   place, database_role)
        VALUES (clock_timestamp(), log_transaction, 'truncate', '{label}', '', log_acting.who,
                log_acting.why, log_acting.through, log_acting.place, session_user);
    ELSE
{compared}
        IF log_given = '{{}}' THEN RETURN NULL; END IF;
        INSERT INTO records_entry (at, transaction, action, model, record, before, after, who,
                                   why, through, place, database_role, unit, operator)
        VALUES (clock_timestamp(), log_transaction, 'update', '{label}', NEW.{key}::text, log_was,
                log_given,
                nullif(current_setting('hatangso.who', true), '')::bigint,
                coalesce(current_setting('hatangso.why', true), ''),
                coalesce(nullif(current_setting('hatangso.through', true), ''), 'sql'),
                coalesce(current_setting('hatangso.place', true), ''), session_user,
                {unit_of_new}, {operator_of_new});
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER records_insert AFTER INSERT ON {table}
REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION {function}();
CREATE OR REPLACE TRIGGER records_delete AFTER DELETE ON {table}
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION {function}();
CREATE OR REPLACE TRIGGER records_update AFTER UPDATE ON {table}
FOR EACH ROW EXECUTE FUNCTION {function}();
CREATE OR REPLACE TRIGGER records_truncate AFTER TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION {function}();
"""

_STEP = "(SELECT {value} FROM {table} AS {inner} WHERE {inner}.{key} = {column})"

_COMPARED = """\
        IF NEW.{column} IS DISTINCT FROM OLD.{column} THEN
            log_was := log_was || jsonb_build_object('{column}', {old});
            log_given := log_given || jsonb_build_object('{column}', {new});
        END IF;"""


def recorded_models() -> list[type[Model]]:
    """Every model of the rooms whose changes the log keeps: all but those that say otherwise."""
    return [
        model
        for model in apps.get_models()
        if model.__module__.startswith("hatangso.")
        and model._meta.managed
        and getattr(model, "in_history", True)
    ]


def recorded_columns(model: type[Model]) -> list["Field[Any, Any]"]:
    """Fields of a model whose values the log keeps."""
    left_out = getattr(model, "not_in_history", ())
    return [field for field in model._meta.concrete_fields if field.name not in left_out]


def _value(field: "Field[Any, Any]", row: str, *, whole: bool) -> str:
    """SQL of a column's value in an entry; ``whole`` false leaves the hash of a geometry."""
    column = f"{row}.{_quoted(field.column)}"
    if field.name in getattr(field.model, "withheld", ()):
        return "jsonb_build_object('kept', NULL)"
    if field.name in getattr(field.model, "personal", ()):
        return f"records_keep_apart({_whose(field.model, row)}, {column}::text)"
    if isinstance(field, GeometryField):
        if whole:
            return f"{column}::text"
        return f"'sha256:' || encode(sha256({column}::bytea), 'hex')"
    return column


def _whose(model: type[Model], row: str) -> str:
    """SQL of the number of the person whose data a row's personal columns are."""
    if not hasattr(model, "personal_of"):
        return f"{row}.{_quoted(_key(model).column)}"
    return "NULL::bigint" if model.personal_of is None else path_sql(model, model.personal_of, row)


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(name or "")


def _object(model: type[Model], row: str, *, whole: bool) -> str:
    """SQL that makes one object of a row's recorded columns."""
    pairs = [
        f"'{field.column}', " + _value(field, row, whole=whole) for field in recorded_columns(model)
    ]
    # A function takes at most 100 arguments.
    parts = [pairs[start : start + 45] for start in range(0, len(pairs), 45)]
    return " || ".join(f"jsonb_build_object({', '.join(part)})" for part in parts)


def _key(model: type[Model]) -> "Field[Any, Any]":
    key = model._meta.pk
    if key is None:
        message = f"{model._meta.label} has no key by which the log could name its records."
        raise TypeError(message)
    return key


def path_sql(model: type[Model], path: str | None, row: str) -> str:
    """SQL that follows a Django path such as ``plan__unit`` from a row to a key."""
    if path is None:
        return "NULL::bigint"
    name, _, rest = path.partition("__")
    field: Any = _key(model) if name == "pk" else model._meta.get_field(name)
    column = f"{row}.{_quoted(field.column)}"
    if not rest:
        return column
    further = field.related_model
    inner = f"step_{further._meta.db_table}"
    return _STEP.format(
        value=path_sql(further, rest, inner),
        table=_quoted(further._meta.db_table),
        inner=inner,
        key=_quoted(_key(further).column),
        column=column,
    )


def _table_sql(model: type[Model]) -> str:
    table, key = model._meta.db_table, _quoted(_key(model).column)
    paths = access.governance(model)
    unit, operator = (paths.unit, paths.operator) if paths else (None, None)
    compared = "\n".join(
        _COMPARED.format(
            column=field.column,
            old=_value(field, "OLD", whole=True),
            new=_value(field, "NEW", whole=False),
        )
        for field in recorded_columns(model)
    )
    return _TABLE.format(
        function=_quoted(f"records_log_{table}"[:63]),
        table=_quoted(table),
        label=model._meta.label_lower,
        key=key,
        one_by_one=ONE_BY_ONE,
        inserted=_object(model, "one", whole=False),
        deleted=_object(model, "one", whole=True),
        compared=compared,
        unit_of_one=path_sql(model, unit, "one"),
        unit_of_new=path_sql(model, unit, "NEW"),
        operator_of_one=path_sql(model, operator, "one"),
        operator_of_new=path_sql(model, operator, "NEW"),
    )


def statements() -> Iterator[str]:
    """SQL that ties the log to every table; the same twice changes nothing."""
    yield _COMMON
    for table in _ONLY_ADDED_TO:
        yield _GUARD.format(table=table)
    for model in recorded_models():
        yield _table_sql(model)


def _installed(wanted: str) -> bool:
    """Whether these very triggers stand already, as the comment on the log's table says."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description('records_entry'::regclass, 'pg_class')")
        if cursor.fetchone()[0] != wanted:
            return False
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgname = 'records_insert' AND tgenabled = 'O'"
        )
        return bool(cursor.fetchone()[0] == len(recorded_models()))


def install() -> bool:
    """Bring functions, triggers and privileges up to date; False if they were."""
    whole = list(statements())
    digest = hashlib.sha256("\n".join(whole).encode()).hexdigest()
    done = not _installed(digest)
    with connection.cursor() as cursor:
        if done:
            for statement in whole:
                cursor.execute(statement)
            cursor.execute(f"COMMENT ON TABLE records_entry IS '{digest}'")
        privileges.grant(cursor)
    return done


def unrecorded() -> list[str]:
    """Tables whose changes go past the log: a trigger is missing or off. For the doctor."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgenabled = 'O' AND tgname IN "
            "('records_insert', 'records_update', 'records_delete') "
            "GROUP BY 1 HAVING count(*) = 3"
        )
        tied = {row[0].strip('"') for row in cursor.fetchall()}
    return sorted({model._meta.db_table for model in recorded_models()} - tied)


def after_migrate(**_: object) -> None:
    """Run `install` once the tables of every room are there."""
    if "records_entry" in connection.introspection.table_names():
        install()
