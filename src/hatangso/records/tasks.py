"""What the worker does to the log by itself."""

import os

from croniter import croniter
from django.core.exceptions import ImproperlyConfigured
from procrastinate.contrib.django import app

from hatangso.records import chain, context
from hatangso.runtime import jobs

#: Each hour, in the words of cron; a province that publishes heads more often sets it.
HOURLY = "17 * * * *"


def when() -> str:
    """When the log is chained, as `HATANGSO_CHAIN_CRON` says; in UTC.

    Raises
    ------
    ImproperlyConfigured
        When that is no line of cron: a worker would never chain, and nobody would notice.
    """
    given = os.environ.get("HATANGSO_CHAIN_CRON") or HOURLY
    if not croniter.is_valid(given):
        message = (
            f"HATANGSO_CHAIN_CRON is {given!r}, which is no time of cron: "
            f"write five fields such as {HOURLY!r}, or unset it."
        )
        raise ImproperlyConfigured(message)
    return given


# The worker's queue is the works' own: one at a time, and a second chaining never waits behind.
@app.periodic(cron=when())
@app.task(name="hatangso.chain_log", queue=jobs.QUEUE, queueing_lock="hatangso.chain_log")
def chain_log(timestamp: int) -> None:
    """Put the entries since the last time into the tree, and sign its head.

    Parameters
    ----------
    timestamp
        The moment that it was due; the entries that there are now are taken.
    """
    with context.acting(through="job", place="hatangso.chain_log"):
        chain.chain()
