"""The one rule: who may do what to what, where. Pure functions on plain values.

Everything that shows or changes a record asks `may` about one record, or builds a filter from
`reaches`, of which `may` itself is made: a page, the interface, a tile, an export, a file, the
search and a job cannot disagree. What is not in the table is denied.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is, in a scope; `PUBLIC` is everyone, and is given to nobody."""

    PUBLIC = "public"
    ADMINISTRATOR = "administrator"
    OFFICER = "officer"
    LEADER = "leader"
    COMMUNE_OFFICER = "commune_officer"
    OPERATOR_EDITOR = "operator_editor"
    OPERATOR_APPROVER = "operator_approver"
    INSPECTOR = "inspector"
    AUDITOR = "auditor"


class Subject(StrEnum):
    """What a record is, as far as leave to see it goes; every model is one of these."""

    TERRITORY = "territory"
    CATALOGUE = "catalogue"
    BODY = "body"
    PLAN = "plan"
    FIGURE = "figure"
    ASSET = "asset"
    SENSITIVE_ASSET = "sensitive_asset"
    ADDRESS = "address"
    RENT = "rent"
    SUBMISSION = "submission"
    FILING = "filing"
    PROPOSAL = "proposal"
    PERSON = "person"
    HISTORY = "history"


class Action(StrEnum):
    """What is done to a record."""

    VIEW = "view"
    CHANGE = "change"
    SUBMIT = "submit"
    APPROVE = "approve"


#: What a person may do to records of their own (their account, what they proposed).
OWN = frozenset(
    {
        (Subject.PERSON, Action.VIEW),
        (Subject.PROPOSAL, Action.VIEW),
        (Subject.PROPOSAL, Action.CHANGE),
        (Subject.PROPOSAL, Action.SUBMIT),
    }
)

#: Roles that a person can hold.
HELD = tuple(role for role in Role if role is not Role.PUBLIC)

_EVERYONE = frozenset({Role.PUBLIC})
_STATE = frozenset({Role.OFFICER, Role.LEADER, Role.COMMUNE_OFFICER, Role.INSPECTOR, Role.AUDITOR})
_WATCH = frozenset({Role.OFFICER, Role.LEADER, Role.INSPECTOR, Role.AUDITOR})
_OPERATOR = frozenset({Role.OPERATOR_EDITOR, Role.OPERATOR_APPROVER})
_EDIT = frozenset({Role.OFFICER, Role.COMMUNE_OFFICER})

#: Roles that may, by what and how; each within its own scope and dates. Of what `PUBLIC` may see,
#: everyone sees the rows that are published: a plan as issued, a figure in force, an asset that
#: its operator shows.
TABLE: dict[tuple[Subject, Action], frozenset[Role]] = {
    (Subject.TERRITORY, Action.VIEW): _EVERYONE | _STATE | _OPERATOR | {Role.ADMINISTRATOR},
    (Subject.TERRITORY, Action.CHANGE): frozenset({Role.ADMINISTRATOR, Role.OFFICER}),
    (Subject.CATALOGUE, Action.VIEW): _EVERYONE | _STATE | _OPERATOR | {Role.ADMINISTRATOR},
    (Subject.CATALOGUE, Action.CHANGE): frozenset({Role.ADMINISTRATOR}),
    # Who goes through a plan may enter what it measures and the catalogue lacks.
    (Subject.CATALOGUE, Action.SUBMIT): frozenset({Role.OFFICER}),
    (Subject.BODY, Action.VIEW): _EVERYONE | _STATE | _OPERATOR | {Role.ADMINISTRATOR},
    (Subject.BODY, Action.CHANGE): frozenset({Role.ADMINISTRATOR}),
    (Subject.PLAN, Action.VIEW): _EVERYONE | _STATE,
    (Subject.PLAN, Action.CHANGE): _EDIT,
    (Subject.PLAN, Action.SUBMIT): _EDIT,
    (Subject.PLAN, Action.APPROVE): frozenset({Role.LEADER, Role.OFFICER}),
    (Subject.FIGURE, Action.VIEW): _EVERYONE | _STATE,
    (Subject.FIGURE, Action.CHANGE): _EDIT,
    (Subject.FIGURE, Action.SUBMIT): _EDIT,
    (Subject.FIGURE, Action.APPROVE): frozenset({Role.LEADER, Role.OFFICER}),
    (Subject.ASSET, Action.VIEW): _EVERYONE | _WATCH | _OPERATOR,
    (Subject.ASSET, Action.CHANGE): frozenset({Role.OPERATOR_EDITOR}),
    (Subject.ASSET, Action.SUBMIT): frozenset({Role.OPERATOR_EDITOR}),
    # What stands is let in by the province, never by the operator itself.
    (Subject.ASSET, Action.APPROVE): frozenset({Role.LEADER, Role.OFFICER}),
    # Underground, core and dedicated networks: others see them under an access grant alone.
    (Subject.SENSITIVE_ASSET, Action.VIEW): _OPERATOR,
    (Subject.SENSITIVE_ASSET, Action.CHANGE): frozenset({Role.OPERATOR_EDITOR}),
    (Subject.SENSITIVE_ASSET, Action.SUBMIT): frozenset({Role.OPERATOR_EDITOR}),
    (Subject.SENSITIVE_ASSET, Action.APPROVE): frozenset({Role.LEADER, Role.OFFICER}),
    # Addresses of offices are published; those of homes are personal data, seen by who keeps them
    # for the commune or the province, and by who watches over that.
    (Subject.ADDRESS, Action.VIEW): _EVERYONE
    | frozenset({Role.OFFICER, Role.LEADER, Role.COMMUNE_OFFICER, Role.AUDITOR}),
    (Subject.ADDRESS, Action.CHANGE): _EDIT,
    (Subject.RENT, Action.VIEW): _WATCH | _OPERATOR,
    (Subject.RENT, Action.CHANGE): frozenset({Role.OPERATOR_EDITOR}),
    (Subject.RENT, Action.SUBMIT): frozenset({Role.OPERATOR_EDITOR}),
    (Subject.RENT, Action.APPROVE): frozenset({Role.OPERATOR_APPROVER}),
    # That a body handed in what was asked, and when; its figures are proposals until they count.
    (Subject.SUBMISSION, Action.VIEW): _EVERYONE | _STATE | _OPERATOR | {Role.ADMINISTRATOR},
    (Subject.SUBMISSION, Action.CHANGE): _EDIT,
    (Subject.SUBMISSION, Action.SUBMIT): _EDIT,
    (Subject.SUBMISSION, Action.APPROVE): frozenset({Role.LEADER, Role.OFFICER}),
    # An operator's files with what was found in them: of nobody's business but its own and the
    # province's, which lets in what changes.
    (Subject.FILING, Action.VIEW): _WATCH | _OPERATOR,
    (Subject.FILING, Action.CHANGE): frozenset({Role.OPERATOR_EDITOR}),
    (Subject.FILING, Action.SUBMIT): frozenset({Role.OPERATOR_EDITOR}),
    (Subject.FILING, Action.APPROVE): frozenset({Role.LEADER, Role.OFFICER}),
    # Who may propose what is asked of the thing proposed; here, who sees the proposals of others.
    (Subject.PROPOSAL, Action.VIEW): _WATCH | _OPERATOR | {Role.COMMUNE_OFFICER},
    (Subject.PERSON, Action.VIEW): frozenset({Role.ADMINISTRATOR, Role.AUDITOR}),
    (Subject.PERSON, Action.CHANGE): frozenset({Role.ADMINISTRATOR}),
    (Subject.HISTORY, Action.VIEW): frozenset(
        {Role.ADMINISTRATOR, Role.AUDITOR, Role.INSPECTOR, Role.OFFICER, Role.LEADER}
    )
    | _OPERATOR,
}

#: Of these every row is published, with no condition that a model could set: the units of the
#: state, the definitions of what is measured, and the bodies by name. So what the rooms below this
#: one ask of their own tables is within the rule.
ALWAYS_PUBLIC = frozenset({Subject.TERRITORY, Subject.CATALOGUE, Subject.BODY})

#: Roles that can do harm by themselves: nobody holds one without a second factor.
SECOND_FACTOR = frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.LEADER, Role.OPERATOR_APPROVER})


@dataclass(frozen=True, slots=True)
class Holding:
    """A role in a scope: ``units`` None is every unit, ``operator`` None is every operator."""

    role: Role
    units: frozenset[int] | None
    operator: int | None


@dataclass(frozen=True, slots=True)
class Rights:
    """What someone brings to every question: who they are, and the roles they hold today.

    ``actions`` and ``units`` narrow a program's key; None leaves all that the person may do.
    """

    user: int | None = None
    holdings: tuple[Holding, ...] = ()
    actions: frozenset[Action] | None = None
    units: frozenset[int] | None = None


#: Someone who has not signed in.
ANYONE = Rights()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: its unit, its operator, its person, and whether it is published."""

    unit: int | None = None
    operator: int | None = None
    person: int | None = None
    published: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """Records that may be reached: of these units (None: all), of this operator (None: all)."""

    units: frozenset[int] | None
    operator: int | None

    def covers(self, place: Place) -> bool:
        """Whether a record stands within it; one without a unit does so in no unit's reach."""
        return (self.units is None or place.unit in self.units) and (
            self.operator is None or place.operator == self.operator
        )


def reaches(rights: Rights, subject: Subject, action: Action) -> tuple[Reach, ...]:
    """What the roles of someone let them reach; empty: nothing, whatever is public aside."""
    if rights.actions is not None and action not in rights.actions:
        return ()
    allowed = TABLE.get((subject, action), frozenset())
    found = []
    for holding in rights.holdings:
        if holding.role in allowed and holding.role is not Role.PUBLIC:
            units = holding.units
            if rights.units is not None:
                units = rights.units if units is None else units & rights.units
            found.append(Reach(units, holding.operator))
    return tuple(found)


def may_own(rights: Rights, subject: Subject, action: Action) -> bool:
    """Whether someone may do this to records of their own."""
    if rights.actions is not None and action not in rights.actions:
        return False
    return rights.user is not None and (subject, action) in OWN


def is_public(subject: Subject, action: Action) -> bool:
    """Whether everyone may do this to what is published."""
    return Role.PUBLIC in TABLE.get((subject, action), frozenset())


def may(rights: Rights, subject: Subject, action: Action, place: Place) -> bool:
    """Whether someone may do an action to a record that stands somewhere."""
    if place.published and is_public(subject, action):
        return True
    is_own = place.person is not None and place.person == rights.user
    if is_own and may_own(rights, subject, action):
        return True
    return any(reach.covers(place) for reach in reaches(rights, subject, action))


def needs_second_factor(roles: Iterable[Role]) -> bool:
    """Whether someone who holds these roles must give a code besides the password."""
    return not SECOND_FACTOR.isdisjoint(roles)


def passes_on(kind: str, population_share: float | None) -> bool:
    """Whether a role on a unit passes to a successor: the whole of it, or most of its people.

    A lesser part does not take the role along: whoever is to answer for it is given one anew.
    """
    return kind == "merge" or (population_share is not None and population_share > 0.5)
