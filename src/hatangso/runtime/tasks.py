"""The one task of the queue; what it does is said by `hatangso.runtime.jobs`."""

from procrastinate.contrib.django import app

from hatangso.runtime import jobs


@app.task(name=jobs.TASK, queue=jobs.QUEUE)
def carry_out(number: str) -> None:
    """Carry out the work of one job."""
    jobs.carry_out(number)
