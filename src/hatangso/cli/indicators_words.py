"""What the commands on figures share: options, and units and indicators found by their codes."""

from datetime import date, datetime

import click

from hatangso.catalogue.models import Indicator
from hatangso.indicators import queries
from hatangso.territory.models import AdminUnit
from hatangso.territory.queries import UnitNotFoundError, get_unit

ON = click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Day; today unless said.")
BY = click.option("--by", required=True, help="Who does it: name and post.")


def day_of(given: datetime | None) -> date:
    """The day of an option, today unless said."""
    return given.date() if given else date.today()


def unit_of(code: str, on: date) -> AdminUnit:
    """The unit of a code: the one that stands on the day, else the last one that did."""
    try:
        return queries.unit_or_last(code, on)
    except UnitNotFoundError as error:
        raise _no_unit(code, on, error) from error


def standing_unit(code: str, on: date) -> AdminUnit:
    """The unit of a code that stands on the day."""
    try:
        return get_unit(code, on)
    except UnitNotFoundError as error:
        raise _no_unit(code, on, error) from error


def _no_unit(code: str, on: date, error: Exception) -> click.ClickException:
    return click.ClickException(
        f"Không có đơn vị mã {code} vào ngày {on:%d/%m/%Y}; tìm bằng "
        f"`hatangso territory find`. / {error}"
    )


def indicator_of(code: str) -> Indicator:
    """The indicator of a code."""
    found = Indicator.objects.filter(code=code).first()
    if found is None:
        message = (
            f"Không có chỉ tiêu {code} trong danh mục. / No indicator {code} is in the catalogue."
        )
        raise click.ClickException(message)
    return found
