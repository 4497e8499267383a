"""The main job: units, plans, figures, then scorecards, the cascade and the official report.

Each step is a service that may run again: a second run finds what the first one loaded and
changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from hatangso.catalogue.services import load_catalogue
from hatangso.demo.addresses import load_made_up_addresses
from hatangso.demo.collection import load_made_up_collection
from hatangso.demo.inventory import blocks_for, load_made_up_assets
from hatangso.demo.province import PROVINCE, make_province
from hatangso.demo.territory import load_made_up
from hatangso.indicators import services as figures
from hatangso.plans import services as plans
from hatangso.plans.models import Plan
from hatangso.territory.drawing import draw_shapes
from hatangso.territory.models import AdminUnit, Level
from hatangso.territory.services import load_shared

#: Told after each step: what was done, in the reader's language.
Progress = Callable[[str], None]

MADE_UP_PLANS = Path(__file__).parent / "plans"
#: What is read with this confidence counts in the first scorecard, marked as confirmed by rule;
#: people then confirm, correct or reject it on the plan's page.
CONFIRM_FROM = 0.8
#: Provinces of the five plans, by code: Lạng Sơn, Thanh Hóa, Huế.
REAL_PROVINCES = {"20", "38", "46"}


class DemoDataError(ValueError):
    """A folder does not hold the data that the main job needs; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the main job loaded: the plans, and the units to show first."""

    plans: list[Plan]
    units: list[AdminUnit]


def _load_plans(files: list[Path], say: Progress, *, made_up: bool) -> list[Plan]:
    loaded = []
    for file in files:
        plan = plans.load_plan(file.read_bytes(), file.name, made_up=made_up)
        plans.confirm_sure(plan, CONFIRM_FROM)
        found = figures.observe_baselines(plan)
        say(
            _("%(plan)s of %(unit)s: %(targets)s targets, %(baselines)s baselines")
            % {
                "plan": plan.number or _("Plan without a number"),
                "unit": plan.unit.name,
                "targets": plan.targets.count(),
                "baselines": found,
            }
        )
        loaded.append(plan)
    return loaded


def load_demo(say: Progress, *, scale: float = 1.0) -> Loaded:
    """Load the made-up province: units through time, plans, reported figures, infrastructure.

    Parameters
    ----------
    scale
        How much infrastructure: 1 has some 4,000 assets; twenty times as much, an island more.
    """
    say(_("Catalogue: %s indicators") % load_catalogue())
    province = make_province(islands=blocks_for(scale))
    units = load_made_up(province)
    draw_shapes()
    say(_("Made-up units: %s") % units)
    loaded = _load_plans(sorted(MADE_UP_PLANS.glob("*.txt")), say, made_up=True)
    for name, content in province.figures.items():
        found = figures.import_file(content.encode(), name, made_up=True)
        say(
            _("%(file)s: %(taken)s figures, %(empty)s rows left empty")
            % {"file": name, "taken": found.read, "empty": found.empty}
        )
    say(_("Made-up submissions: %s") % load_made_up_collection())
    top = AdminUnit.objects.get(code=PROVINCE[0])
    _make_up_assets(top, say, scale)
    return Loaded(loaded, [top])


def _make_up_assets(province: AdminUnit, say: Progress, scale: float) -> None:
    """Make up the infrastructure of a province, unless that was done before."""
    made = load_made_up_assets(province, date.today(), scale=scale)
    if made is not None:
        say(
            _("Made-up infrastructure of %(unit)s: %(assets)s assets of %(bodies)s bodies")
            % {
                "unit": province.name,
                "assets": sum(made.truth.assets.values()),
                "bodies": len({body for body, _kind in made.tables}),
            }
        )
    addresses = load_made_up_addresses(province, date.today())
    if addresses:
        say(
            _("Made-up addresses of %(unit)s: %(addresses)s")
            % {"unit": province.name, "addresses": addresses}
        )


def load_real(folder: Path, say: Progress, *, scale: float | None = None) -> Loaded:
    """Load the real input of a folder laid out like ../shared: units, people, plans, baselines.

    Parameters
    ----------
    scale
        Where given, made-up infrastructure of that scale is laid on the first plan's province,
        marked as made up; else nothing is invented.

    Raises
    ------
    DemoDataError
        When the folder lacks plans/ or data/admin/.
    """
    for needed in ("plans", "data/admin"):
        if not (folder / needed).is_dir():
            raise DemoDataError(
                _(
                    "%(folder)s holds no %(needed)s/: name the folder of the real data, or leave "
                    "--data out for the made-up province. Nothing was changed."
                )
                % {"folder": folder, "needed": needed}
            )
    say(_("Catalogue: %s indicators") % load_catalogue())
    load_shared(folder, provinces=REAL_PROVINCES, report=say)
    files = [file for file in sorted((folder / "plans").iterdir()) if file.suffix != ".md"]
    loaded = _load_plans(files, say, made_up=False)
    if scale is not None:
        provinces = [plan.unit for plan in loaded if plan.unit.level == Level.PROVINCE]
        _make_up_assets(provinces[0], say, scale)
    return Loaded(loaded, [plan.unit for plan in loaded])
