"""What the worker does for other systems: sends them what changed."""

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from hatangso.api.webhooks import services
from hatangso.runtime import jobs


@app.task(name="hatangso.deliver", queue=jobs.QUEUE)
def deliver(number: str) -> None:
    """Send what waits for one subscription."""
    services.deliver(number)


@app.periodic(cron="* * * * *")
@app.task(name="hatangso.deliver_due", queue=jobs.QUEUE, queueing_lock="hatangso.deliver_due")
def deliver_due(timestamp: int) -> None:
    """Put each subscription that is due into the queue, once.

    Parameters
    ----------
    timestamp
        The moment that it was due.
    """
    for one in services.due():
        key = f"hatangso.deliver.{one.pk}"
        try:
            app.configure_task(
                "hatangso.deliver", queue=jobs.QUEUE, lock=key, queueing_lock=key
            ).defer(number=str(one.pk))
        except AlreadyEnqueued:
            continue


@app.periodic(cron="23 3 * * *")
@app.task(name="hatangso.forget_sendings", queue=jobs.QUEUE, queueing_lock="hatangso.forget_send")
def forget_sendings(timestamp: int) -> None:
    """Delete attempts older than a month.

    Parameters
    ----------
    timestamp
        The moment that it was due.
    """
    services.forget_attempts()
