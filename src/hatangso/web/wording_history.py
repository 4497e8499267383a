"""Names of records and of their columns, as the history shows them.

A kind or column without a line here is shown by the name that the database knows it by.
"""

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.translation import gettext_lazy

from hatangso.plans.models import Responsibility
from hatangso.records.queries import model_of

KINDS = {
    "catalogue.indicator": gettext_lazy("Indicator"),
    "indicators.observation": gettext_lazy("Figure"),
    "indicators.observationfile": gettext_lazy("File of figures"),
    "indicators.correction": gettext_lazy("Correction of a figure"),
    "indicators.collectionform": gettext_lazy("Collection form"),
    "indicators.formassignment": gettext_lazy("Who fills in a form"),
    "indicators.submission": gettext_lazy("Submission of a form"),
    "indicators.submissionfigure": gettext_lazy("Figure in a submission"),
    "indicators.submissionstep": gettext_lazy("Step of a submission"),
    "indicators.diidocument": gettext_lazy("Document for the DII"),
    "indicators.diiassessment": gettext_lazy("DII of a year"),
    "indicators.diiscore": gettext_lazy("Points of a DII criterion"),
    "layer": gettext_lazy("Sensitive layer or whole list"),
    "organisations.accessgrant": gettext_lazy("Grant for a sensitive layer"),
    "organisations.apitoken": gettext_lazy("Key of a program"),
    "organisations.organisation": gettext_lazy("Body"),
    "organisations.organisationname": gettext_lazy("Name of a body"),
    "organisations.roleheld": gettext_lazy("Role of a person"),
    "organisations.user": gettext_lazy("Account"),
    "plans.baseline": gettext_lazy("Baseline of a plan"),
    "plans.plan": gettext_lazy("Plan"),
    "plans.planreference": gettext_lazy("Reference of a plan"),
    "plans.responsibility": gettext_lazy("Who answers for a task"),
    "plans.section": gettext_lazy("Section of a plan"),
    "plans.statement": gettext_lazy("Aspiration of a plan"),
    "plans.target": gettext_lazy("Target of a plan"),
    "plans.task": gettext_lazy("Task of a plan"),
    "records.proposal": gettext_lazy("Proposed change"),
    "session": gettext_lazy("Session"),
    "territory.adminunit": gettext_lazy("Administrative unit"),
    "territory.people": gettext_lazy("Count of people"),
    "territory.succession": gettext_lazy("Merger or division"),
    "territory.unitname": gettext_lazy("Name of a unit"),
    "territory.unitparent": gettext_lazy("Where a unit belongs"),
    "territory.unitshape": gettext_lazy("Border of a unit"),
}
COLUMNS = {
    "as_of": gettext_lazy("as at"),
    "bodies": gettext_lazy("bodies"),
    "by": gettext_lazy("by"),
    "code": gettext_lazy("code"),
    "comparator": gettext_lazy("comparison"),
    "confirmed_by": gettext_lazy("confirmed by"),
    "confirmed_rule": gettext_lazy("confirmed by rule"),
    "changed_by": gettext_lazy("changed by"),
    "decided_at": gettext_lazy("decided at"),
    "denominator": gettext_lazy("denominator"),
    "due": gettext_lazy("time limit"),
    "everywhere": gettext_lazy("everywhere"),
    "geometry": gettext_lazy("shape"),
    "given_by": gettext_lazy("given by"),
    "indicator": gettext_lazy("indicator"),
    "is_active": gettext_lazy("may sign in"),
    "issued_on": gettext_lazy("issued on"),
    "kind": gettext_lazy("kind"),
    "layer": gettext_lazy("layer"),
    "level": gettext_lazy("level"),
    "made_up": gettext_lazy("made up"),
    "name": gettext_lazy("name"),
    "note": gettext_lazy("note"),
    "number": gettext_lazy("number"),
    "numerator": gettext_lazy("numerator"),
    "operator": gettext_lazy("operator"),
    "organisation": gettext_lazy("body"),
    "period": gettext_lazy("period"),
    "plan": gettext_lazy("plan"),
    "purpose": gettext_lazy("purpose"),
    "quote": gettext_lazy("words of the plan"),
    "reason": gettext_lazy("reason"),
    "recurrence": gettext_lazy("how often"),
    "role": gettext_lazy("role"),
    "source": gettext_lazy("source"),
    "state": gettext_lazy("state"),
    "status": gettext_lazy("status"),
    "text": gettext_lazy("what is to be done"),
    "title": gettext_lazy("title"),
    "unit": gettext_lazy("unit"),
    "user": gettext_lazy("person"),
    "valid_from": gettext_lazy("holds from"),
    "valid_to": gettext_lazy("holds until"),
    "value": gettext_lazy("value"),
    "version": gettext_lazy("version"),
    "year": gettext_lazy("year"),
}


def kind(label: str) -> str:
    """Name of a kind of record: "Target of a plan" for "plans.target"."""
    return str(KINDS.get(label, label))


def column(name: str) -> str:
    """Name of a column, which is a key's by the record it points to."""
    return str(COLUMNS.get(name, COLUMNS.get(name.removesuffix("_id"), name)))


def value(label: str, name: str, given: object) -> object:
    """A value of a column: the word of a code list, else as it is."""
    model = model_of(label)
    if model is None or given is None:
        return given
    if name == "bodies" and isinstance(given, list):
        parts = dict(Responsibility.Role.choices)
        return "; ".join(f"{body} ({parts.get(role, role)})" for body, role in given)
    field = _field(model, name)
    choices = dict(getattr(field, "flatchoices", ()) or ())
    return choices.get(given, given) if isinstance(given, str | int) else given


def _field(model: type[Model], name: str) -> object:
    for each in (name, name.removesuffix("_id")):
        try:
            return model._meta.get_field(each)
        except FieldDoesNotExist:
            continue
    return None


def title(record: Model, number: str) -> str:
    """Name of a record: its own words where it has some, else its kind and number, as shown."""
    for name in ("full_name", "username", "title_vi", "title", "name", "quote", "code"):
        said = getattr(record, name, "")
        if isinstance(said, str) and said.strip():
            return said.strip()[:160]
    return f"{kind(record._meta.label_lower)} {number}"
