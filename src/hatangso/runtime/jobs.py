"""Long works outside the page that began them: kept in the database, shown while they last.

A room says by `work` what can be asked for; `ask` puts it into the queue with the caller's
transaction; a worker (`hatangso jobs work`, started beside the site by `hatangso serve`) carries
it out by `carry_out`. Each work is a service that may be carried out again: a worker that is
killed leaves its job behind, and the next one finds it (`look_for_stalled`).
"""

import asyncio
import contextlib
import logging
import os
import sys
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hatangso.runtime.models import Job

_LOGGER = logging.getLogger(__name__)

TASK = "hatangso.carry_out"
QUEUE = "works"
#: A job whose worker was killed this often is given up: the work itself may be what kills.
MOST_ATTEMPTS = 3
#: A worker tells that it lives this often, and counts as dead after so long. [s]
HEARTBEAT_S, DEAD_AFTER_S = 5, 20
#: How often a worker looks for jobs of dead ones. [s]
LOOK_EVERY_S = 10
#: Least time between two notes of progress. [s]
NOTE_EVERY_S = 0.5
#: How long a worker that is told to stop waits for its job. [s]
GRACE_S = 4


class JobError(ValueError):
    """A work cannot be done; the text is a sentence for whoever asked."""


class StoppedError(Exception):
    """Whoever asked for a work wants it no more."""


class Progress:
    """Told by a work how far it is; tells the work to stop by raising `StoppedError`."""

    def __init__(self, job: Job | None = None) -> None:
        self._job = job
        self._last = 0.0
        self._stage = ""

    def __call__(self, stage: str, done: int = 0, total: int = 0) -> None:
        """Say what is done now, and how much of it.

        Raises
        ------
        StoppedError
            When whoever asked wants it no more.
        """
        now = time.monotonic()
        if self._job is None or (stage == self._stage and now - self._last < NOTE_EVERY_S):
            return
        # Inside a transaction nobody else would see it before the end.
        if connection.in_atomic_block and stage == self._stage:
            return
        self._last, self._stage = now, stage
        row = Job.objects.filter(pk=self._job.pk)
        row.update(stage=stage, done=done, total=total)
        if row.values_list("stop_asked", flat=True).first():
            raise StoppedError


#: Told nothing: for a command, which shows its own progress.
SILENT = Progress()

Work = Callable[..., None]
_WORKS: dict[str, Work] = {}


def work(name: str) -> Callable[[Work], Work]:
    """Let a service be asked for by name; it takes its `Progress` first, then its arguments."""

    def note(function: Work) -> Work:
        _WORKS[name] = function
        return function

    return note


def ask(name: str, *, asked_by: int | None = None, lock: str = "", **arguments: Any) -> Job:
    """Put a work into the queue, in the caller's transaction.

    Parameters
    ----------
    asked_by
        Number of the person, who alone sees its progress.
    lock
        Works of one lock are carried out one after another.
    """
    if name not in _WORKS:
        message = f"There is no work {name}: it is registered by runtime.jobs.work."
        raise LookupError(message)
    job = Job.objects.create(name=name, arguments=arguments, asked_by=asked_by)
    _queue(job, lock or str(job.pk))
    return job


def _queue(job: Job, lock: str) -> None:
    from procrastinate.contrib.django import app

    app.configure_task(TASK, queue=QUEUE, lock=lock).defer(number=str(job.pk))


def carry_out(number: str) -> None:
    """Carry a work out and note how it ended; one that has ended is left alone."""
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=uuid.UUID(number)).first()
        if job is None or job.is_over:
            return
        job.attempts += 1
        job.state, job.started_at = Job.State.RUNNING, timezone.now()
        if job.attempts > MOST_ATTEMPTS:
            job.state, job.ended_at = Job.State.FAILED, timezone.now()
            job.error = _("The work broke off three times and was given up.")
        job.save()
    if job.is_over:
        return
    state, error = _try(job)
    Job.objects.filter(pk=job.pk).update(state=state, error=error, ended_at=timezone.now())


def _try(job: Job) -> tuple[str, str]:
    """Do the work of a job; returns how it ended and what whoever asked is told."""
    try:
        _WORKS[job.name](Progress(job), **job.arguments)
    except StoppedError:
        return Job.State.STOPPED, ""
    except JobError as error:
        return Job.State.FAILED, str(error)
    except Exception:
        _LOGGER.exception("The work %s (%s) failed.", job.name, job.pk)
        return Job.State.FAILED, _(
            "The work failed through a fault of the system. Nothing was changed; whoever runs the "
            "system finds the fault in its log."
        )
    return Job.State.DONE, ""


def stop(job: Job) -> None:
    """Ask a work to stop; one that has not begun never does."""
    with transaction.atomic():
        held = Job.objects.select_for_update().get(pk=job.pk)
        if held.state == Job.State.WAITING:
            held.state, held.ended_at = Job.State.STOPPED, timezone.now()
        held.stop_asked = True
        held.save()


# --- the worker --------------------------------------------------------------------------------


async def look_for_stalled(manager: Any) -> int:
    """Put jobs of workers that died back into the queue; returns how many there were."""
    found = 0
    for stalled in await manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_S):
        _LOGGER.warning("The job %s was left behind by a worker that died.", stalled.id)
        await manager.retry_job(stalled)
        found += 1
    return found


async def _keep_looking(manager: Any) -> None:
    while True:
        await look_for_stalled(manager)
        await asyncio.sleep(LOOK_EVERY_S)


async def _work(*, until_empty: bool) -> None:
    from procrastinate.contrib.django import app as django_app

    async with _worker_app(django_app) as app:
        looking = asyncio.create_task(_keep_looking(app.job_manager))
        try:
            await app.run_worker_async(
                queues=[QUEUE],
                wait=not until_empty,
                concurrency=1,
                fetch_job_polling_interval=2,
                shutdown_graceful_timeout=GRACE_S,
                update_heartbeat_interval=HEARTBEAT_S,
                stalled_worker_timeout=DEAD_AFTER_S,
                delete_jobs="successful",
                install_signal_handlers=threading.current_thread() is threading.main_thread(),
            )
        finally:
            looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await looking


@contextlib.asynccontextmanager
async def _worker_app(django_app: Any) -> Any:
    """The app on connections of its own: Django's belong to the threads of the works."""
    with django_app.replace_connector(django_app.connector.get_worker_connector()) as app:
        async with app.open_async():
            yield app


def run_worker(*, until_empty: bool = False, with_parent: bool = False) -> None:
    """Carry out works until told to stop by Ctrl-C or TERM.

    Parameters
    ----------
    until_empty
        Stop when nothing waits any more.
    with_parent
        End as soon as the other end of standard input closes: the process that started this one
        is gone then, however it ended.
    """
    if with_parent:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    asyncio.run(_work(until_empty=until_empty))


def _end_with_parent() -> None:
    """Leave with the end of standard input; a job that runs is found by the next worker."""
    sys.stdin.buffer.read()
    os._exit(0)
