"""Works in the queue: carried out by a worker, shown while they last, found after a kill."""

import os
import signal
import subprocess
import sys
import time
import uuid

import pytest
from django.db import connection
from django.utils import timezone

from hatangso.runtime import jobs, jobs_worker
from hatangso.runtime.jobs import JobError, Progress
from hatangso.runtime.models import Job


def registered(monkeypatch, name="test.work"):
    """A work for one test that notes how it was called."""
    calls = []

    def work(progress: Progress, **arguments):
        calls.append(arguments)
        progress("bước một", 1, 4)
        if arguments.get("fail") == "sentence":
            raise JobError("Tệp không đọc được.")
        if arguments.get("fail"):
            raise ZeroDivisionError

    monkeypatch.setitem(jobs._WORKS, name, work)
    return calls


@pytest.mark.django_db
def test_a_work_is_asked_for_and_carried_out_once(monkeypatch):
    calls = registered(monkeypatch)
    job = jobs.ask("test.work", asked_by=7, value=3)
    assert (job.state, job.asked_by) == (Job.State.WAITING, 7)
    jobs.carry_out(str(job.pk))
    jobs.carry_out(str(job.pk))
    job.refresh_from_db()
    assert calls == [{"value": 3}]
    assert (job.state, job.stage, job.percent) == (Job.State.DONE, "bước một", 25)
    assert job.started_at <= job.ended_at


@pytest.mark.django_db
@pytest.mark.parametrize("fail", ["sentence", "fault"])
def test_a_work_that_fails_says_why_in_a_sentence(monkeypatch, fail):
    registered(monkeypatch)
    job = jobs.ask("test.work", fail=fail)
    jobs.carry_out(str(job.pk))
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert job.error.endswith(".")
    assert "Error" not in job.error
    assert (job.error == "Tệp không đọc được.") == (fail == "sentence")


@pytest.mark.django_db
def test_a_work_that_breaks_off_again_and_again_is_given_up(monkeypatch):
    calls = registered(monkeypatch)
    job = jobs.ask("test.work")
    Job.objects.filter(pk=job.pk).update(attempts=jobs.MOST_ATTEMPTS, state=Job.State.RUNNING)
    jobs.carry_out(str(job.pk))
    job.refresh_from_db()
    assert (job.state, calls) == (Job.State.FAILED, [])


@pytest.mark.django_db
def test_a_work_is_stopped_before_or_while_it_runs(monkeypatch):
    calls = registered(monkeypatch)
    waiting, running = jobs.ask("test.work"), jobs.ask("test.work")
    jobs.stop(waiting)
    jobs.carry_out(str(waiting.pk))
    Job.objects.filter(pk=running.pk).update(stop_asked=True)
    jobs.carry_out(str(running.pk))
    states = dict(Job.objects.values_list("pk", "state"))
    assert states == {waiting.pk: Job.State.STOPPED, running.pk: Job.State.STOPPED}
    assert len(calls) == 1


@pytest.mark.django_db
def test_an_unknown_work_cannot_be_asked_for():
    with pytest.raises(LookupError, match=r"no\.such"):
        jobs.ask("no.such")


def environment():
    """The tests' own database, as an address for another process."""
    here = connection.settings_dict
    query = f"?host={here['HOST']}" if here["HOST"].startswith("/") else ""
    host = "" if query else f"{here['HOST']}:{here['PORT'] or 5432}"
    who = here["USER"] + (f":{here['PASSWORD']}" if here["PASSWORD"] else "")
    address = f"postgres://{who}@{host}/{here['NAME']}{query}"
    return os.environ | {"DATABASE_URL": address, "DATABASE_APPLICATION_URL": address}


def worker(*more):
    return subprocess.Popen(
        [sys.executable, "-m", "hatangso", "jobs", "work", *more],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def wait_for(condition, seconds=60):
    """Wait until something is so; the queue's own polling is what is waited for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


def state_of(job):
    return Job.objects.filter(pk=job.pk).values_list("state", flat=True).get()


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_leaves_its_job_to_the_next(monkeypatch):
    # The check of a filing that is not there does nothing: any registered work will do.
    monkeypatch.setattr(jobs, "DEAD_AFTER_S", 0)
    job = jobs.ask("intake.check", number=str(uuid.uuid4()))
    with connection.cursor() as cursor:
        # As a worker that was killed in the middle leaves it: taken, and no sign of life since.
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) "
            "VALUES (now() - interval '1 hour') RETURNING id"
        )
        dead = cursor.fetchone()[0]
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s "
            "WHERE args->>'number' = %s",
            [dead, str(job.pk)],
        )
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.RUNNING, attempts=1, started_at=timezone.now()
    )
    process = worker()
    try:
        assert wait_for(lambda: state_of(job) == Job.State.DONE), process.poll()
        assert Job.objects.get(pk=job.pk).attempts == 2
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.mark.django_db(transaction=True)
def test_a_worker_beside_another_process_ends_with_it():
    job = jobs.ask("intake.check", number=str(uuid.uuid4()))
    process = worker("--with-parent")
    try:
        assert wait_for(lambda: state_of(job) == Job.State.DONE)
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(20) == 0
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.stderr.close()
        process.wait()


@pytest.mark.django_db(transaction=True)
def test_a_worker_stops_when_nothing_waits_and_is_kept_beside(monkeypatch):
    job = jobs.ask("intake.check", number=str(uuid.uuid4()))
    process = worker("--until-empty")
    _out, said = process.communicate(timeout=90)
    assert process.returncode == 0, said.decode()
    assert state_of(job) == Job.State.DONE
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    second = jobs.ask("intake.check", number=str(uuid.uuid4()))
    with jobs_worker.beside():
        assert wait_for(lambda: state_of(second) == Job.State.DONE)
