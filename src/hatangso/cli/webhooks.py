"""``hatangso webhooks``: who is sent what changes, and sending it now."""

import click
from django.utils import timezone

from hatangso.api.feed import changes
from hatangso.api.webhooks import services, signing
from hatangso.api.webhooks.models import Subscription
from hatangso.organisations.models import User


@click.group()
def webhooks() -> None:
    """Changes sent to other systems."""


def _one(number: str) -> Subscription:
    found = [one for one in Subscription.objects.all() if str(one.pk).startswith(number)]
    if len(found) != 1:
        raise click.ClickException(
            f"{len(found)} subscriptions begin with {number}: see hatangso webhooks list."
        )
    return found[0]


@webhooks.command()
@click.argument("person")
@click.argument("name")
@click.argument("target")
@click.option("--kind", "kinds", multiple=True, help="Kind of records; all without it.")
def add(person: str, name: str, target: str, kinds: tuple[str, ...]) -> None:
    """Send TARGET what changes, within the rights of PERSON; NAME says whose system it is."""
    user = User.objects.filter(username__iexact=person).first()
    if user is None:
        raise click.ClickException(f"There is no person {person}: see hatangso users list.")
    try:
        made = services.subscribe(user, name, target, kinds)
    except services.SubscriptionError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{made.pk}")


@webhooks.command("list")
def list_all() -> None:
    """Print subscriptions and how they go."""
    for one in Subscription.objects.select_related("user"):
        sent = f"{timezone.localtime(one.last_sent_at):%Y-%m-%d %H:%M}" if one.last_sent_at else "-"
        click.echo(f"{str(one.pk)[:8]}  {one.state:8} {one.user.username:12} {sent:16} {one.name}")
        click.echo(f"          {one.target}  {','.join(one.kinds) or '*'}")
        if one.why_stopped or one.last_error:
            click.echo(f"          {one.why_stopped or one.last_error}")


@webhooks.command()
@click.argument("number")
def stop(number: str) -> None:
    """Send nothing more to subscription NUMBER (its beginning is enough)."""
    services.stop(_one(number), "hatangso webhooks stop")


@webhooks.command()
@click.argument("number")
def resume(number: str) -> None:
    """Go on sending to subscription NUMBER from where it stopped."""
    services.resume(_one(number))


@webhooks.command()
@click.argument("number")
def remove(number: str) -> None:
    """End subscription NUMBER."""
    _one(number).delete()


@webhooks.command()
def deliver() -> None:
    """Send now what is due; the worker does it each minute."""
    for one in services.due():
        taken = services.deliver(str(one.pk))
        one.refresh_from_db()
        click.echo(f"{one.name}: {taken}" + (f"; {one.last_error}" if one.last_error else ""))


@webhooks.command()
def key() -> None:
    """Print the public key by which receivers check what they are sent."""
    click.echo(signing.public_key())


@webhooks.command()
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
def kinds(lang: str) -> None:
    """Print the kinds of records that can be sent."""
    for kind in changes.named([]).values():
        click.echo(f"{kind.name:20} {kind.title(lang)}")
