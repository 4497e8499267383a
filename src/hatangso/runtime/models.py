"""Works that wait, run or have ended: what is shown of them while they last."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """One work asked for: its arguments, how far it is, and how it ended.

    The queue itself is procrastinate's; it has no progress of its own and forgets why a work
    failed, so both stand here.
    """

    in_history: ClassVar = False

    class State(models.TextChoices):
        """Where the work stands."""

        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        STOPPED = "stopped", _("stopped")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80, help_text='Such as "intake.check".')
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    stage = models.CharField(max_length=200, blank=True, help_text="What is done now.")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0, help_text="0: it is not known how much.")
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True, help_text="A sentence for whoever asked.")
    stop_asked = models.BooleanField(default=False)
    asked_by = models.BigIntegerField(
        null=True, help_text="A person's number, without a key: people stand on a floor above."
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["state", "-asked_at"], name="job_in_state")]

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in {self.State.DONE, self.State.FAILED, self.State.STOPPED}

    @property
    def percent(self) -> int | None:
        """How much is done, 0 to 100; None where it is not known."""
        return min(100, 100 * self.done // self.total) if self.total else None
