"""What the worker does to the log by itself."""

from procrastinate.contrib.django import app

from hatangso.records import chain, context
from hatangso.runtime import jobs


# The worker's queue is the works' own: one at a time, and a second chaining never waits behind.
@app.periodic(cron="17 * * * *")
@app.task(name="hatangso.chain_log", queue=jobs.QUEUE, queueing_lock="hatangso.chain_log")
def chain_log(timestamp: int) -> None:
    """Put the entries of the last hour into the tree, and sign its head.

    Parameters
    ----------
    timestamp
        The moment that it was due; the entries that there are now are taken.
    """
    with context.acting(through="job", place="hatangso.chain_log"):
        chain.chain()
