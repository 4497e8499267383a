"""What the worker does for collection by itself."""

from django.utils import timezone
from procrastinate.contrib.django import app

from hatangso.indicators import reminders
from hatangso.records import context
from hatangso.runtime import jobs


@app.periodic(cron="23 0 * * *")
@app.task(name="hatangso.remind", queue=jobs.QUEUE, queueing_lock="hatangso.remind")
def remind(timestamp: int) -> None:
    """Remind every body that has a form to hand in, once a day (half past seven in Vietnam).

    Parameters
    ----------
    timestamp
        The moment that it was due; the day of the worker's clock counts.
    """
    with context.acting(through="job", place="hatangso.remind"):
        reminders.remind(timezone.localdate())
