"""What the worker does to accounts by itself."""

from procrastinate.contrib.django import app

from hatangso.organisations import sign_in
from hatangso.runtime import jobs


@app.periodic(cron="41 2 * * *")
@app.task(name="hatangso.forget_attempts", queue=jobs.QUEUE, queueing_lock="hatangso.forget")
def forget_attempts(timestamp: int) -> None:
    """Delete attempts to sign in that are older than docs/personal-data.md says.

    Parameters
    ----------
    timestamp
        The moment that it was due.
    """
    sign_in.forget_old_attempts()
