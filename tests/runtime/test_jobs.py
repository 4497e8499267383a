"""Works in the queue: carried out by a worker, shown while they last, found after a kill."""

import uuid

import pytest
from django.db import connection
from django.utils import timezone
from tests.runtime.workers import environment, news_of, worker

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
    with news_of("runtime_job") as news, worker() as process:
        assert news.wait_for(lambda: state_of(job) == Job.State.DONE), process.poll()
    assert Job.objects.get(pk=job.pk).attempts == 2


@pytest.mark.django_db(transaction=True)
def test_a_worker_beside_another_process_ends_with_it():
    job = jobs.ask("intake.check", number=str(uuid.uuid4()))
    with news_of("runtime_job") as news, worker("--with-parent") as process:
        assert news.wait_for(lambda: state_of(job) == Job.State.DONE)
        assert process.poll() is None
        process.stdin.close()
        process.stdin = None
        assert process.wait(20) == 0


@pytest.mark.django_db(transaction=True)
def test_a_worker_stops_when_nothing_waits_and_is_kept_beside(monkeypatch):
    job = jobs.ask("intake.check", number=str(uuid.uuid4()))
    with worker("--until-empty") as process:
        _out, said = process.communicate(timeout=90)
        assert process.returncode == 0, said.decode()
    assert state_of(job) == Job.State.DONE
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    second = jobs.ask("intake.check", number=str(uuid.uuid4()))
    with news_of("runtime_job") as news, jobs_worker.beside():
        assert news.wait_for(lambda: state_of(second) == Job.State.DONE)
