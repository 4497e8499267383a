"""What shows rows asks the one filter: read from the source of every page, operation and query."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps

import hatangso
from hatangso.organisations import access, rules

HOUSE = Path(hatangso.__file__).parent
#: Rooms and files of a room that show rows. What changes them (services) asks `require`.
SHOWING_ROOMS = ("web", "api", "reports")
SHOWING_FILES = {
    "queries",
    "views",
    "api",
    "tiles",
    "figures",
    "explain",
    "comparison",
    "exporting",
}
#: Rooms on the floors below the rule: what they keep is public without a condition.
BELOW = ("runtime", "territory")

#: Rows asked for past the filter, each for a reason that a reader can check.
EXCEPTIONS = {
    (
        "indicators/collection_queries.py",
        "FormAssignment",
    ): "`units_of` answers the verb that fills a form in",
    (
        "indicators/collection_queries.py",
        "SubmissionFigure",
    ): "of the peers' figures only their median and its bounds leave, with a warning",
    ("api/feed/changes.py", "Entry"): "tells that a record is gone; no entry is shown",
    ("api/webhooks/services.py", "Subscription"): "the job that sends, each by its person's rights",
    ("api/webhooks/services.py", "Attempt"): "written and cleared by the job that sends",
    ("api/assets/editing.py", "LineEdit"): "written when an approver lets an edit in",
    ("api/assets/seen.py", "AccessGrant"): "one's own grants, of which the rows are made",
    ("web/views_map_field.py", "FieldNote"): "one's own notes, by number or author",
    ("api/collection.py", "Submission"): "the submission of an assignment that `allowed` gave",
    ("intake/exporting.py", "Submission"): "an operator's own filings, whose view asks `require`",
    ("intake/queries.py", "AssetChange"): "changes of one filing that `allowed` gave",
    ("intake/queries.py", "CheckFinding"): "findings of one filing that `allowed` gave",
    ("inventory/queries.py", "Entry"): "an owner's earlier state, whose verbs ask `require`",
    ("web/sso.py", "User"): "whoever signs in is known to nobody yet",
    ("web/views_account.py", "User"): "the link that resets a password names its person",
    ("web/views_history.py", "Head"): "the signed head is there to be published",
    ("api/history.py", "Head"): "the signed head is there to be published",
    ("records/queries.py", "Entry"): "`visible` is the filter of the log, made of the same rule",
    ("records/queries.py", "PersonalValue"): "values of entries that `visible` gave",
    ("records/queries.py", "User"): "names of those who did what `visible` gave",
}
#: SQL of its own that carries the filter in other words than `sql_condition`.
OTHER_SQL = {
    "api/assets/tile.py": "puts together the SQL of `allowed` queries and of `cells.condition`",
    "inventory/queries.py": "columns of one owner, whose verbs ask `require`; keys for `visible`",
}
MANAGERS = {"objects", "_default_manager", "_base_manager"}


def showing():
    """Every module that shows rows."""
    for file in sorted(HOUSE.rglob("*.py")):
        room = file.relative_to(HOUSE).parts[0]
        if room in BELOW or room == "demo" or "migrations" in file.parts:
            continue
        words = set(file.stem.split("_"))
        if room in SHOWING_ROOMS or words & SHOWING_FILES:
            yield file


def governed_names():
    """Names of the models whose rows are not all public by their subject."""
    return {
        model.__name__
        for model in apps.get_models()
        if model.__module__.startswith("hatangso.")
        and (
            access.governance(model) is None
            or access.governance(model).subject not in rules.ALWAYS_PUBLIC
        )
    }


def unasked(file, names):
    """Models whose rows a module takes without asking `access.allowed` or `access.public`."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    asked = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in {"allowed", "public", "view_sensitive", "in_granted_area"}:
                asked |= {id(inner) for given in node.args for inner in ast.walk(given)}
            elif name in {"get_object_or_404", "get_list_or_404"} and node.args:
                first = node.args[0]
                if isinstance(first, ast.Name) and first.id in names:
                    yield first.id
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in MANAGERS
            and isinstance(node.value, ast.Name)
            and node.value.id in names
            and id(node) not in asked
        ):
            yield node.value.id


def test_what_shows_rows_asks_the_filter():
    names = governed_names()
    assert {"Plan", "Observation", "Submission", "User", "Entry"} <= names
    assert "AdminUnit" not in names
    found = {
        (file.relative_to(HOUSE).as_posix(), name)
        for file in showing()
        for name in unasked(file, names)
    }
    missing = sorted(f"{file}: {name}" for file, name in found - EXCEPTIONS.keys())
    assert not missing, "ask access.allowed or access.public for these rows:\n" + "\n".join(missing)
    assert EXCEPTIONS.keys() <= found, "an exception that is no more: take it off the list"


def test_sql_of_its_own_carries_the_filter():
    for file in showing():
        place, text = file.relative_to(HOUSE).as_posix(), file.read_text(encoding="utf-8")
        if "cursor()" in text and not place.startswith("records/") and place not in OTHER_SQL:
            assert "sql_condition(" in text, f"{place} reads rows by SQL without the filter"
    assert "sql_condition(" in (HOUSE / "indicators" / "series.py").read_text(encoding="utf-8")


#: Pages that name the roles somebody holds, and decide nothing by them.
NAMES_ROLES = {"web/views_account.py", "web/views_people.py", "api/history.py"}


def test_no_page_or_operation_has_a_rule_of_its_own():
    """Who may do what is asked of `rules` and `access`; a page that looks at roles decides."""
    deciding = re.compile(r"\bRole\.[A-Z_]+|\.holdings\b|\bis_staff\b|\bis_superuser\b|has_perm")
    found = {
        file.relative_to(HOUSE).as_posix()
        for room in ("web", "api", "reports")
        for file in (HOUSE / room).rglob("*.py")
        if deciding.search(file.read_text(encoding="utf-8"))
    }
    assert found - NAMES_ROLES == set()


def test_the_test_would_find_one(tmp_path):
    file = tmp_path / "views_new.py"
    file.write_text(
        "a = Plan.objects.all()\n"
        "b = access.allowed(Plan.objects.filter(pk=1), rights)\n"
        "c = get_object_or_404(Plan, pk=1)\n"
    )
    assert list(unasked(file, {"Plan"})) == ["Plan", "Plan"]


def test_what_is_always_public_takes_no_condition():
    with pytest.raises(TypeError, match="every territory is public"):
        access.govern(
            apps.get_model("territory.People"),
            rules.Subject.TERRITORY,
            published=access.NOT_PUBLISHED,
        )
