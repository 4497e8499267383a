"""``hatangso users``: bodies, people, their roles, grants and keys, from the machine itself."""

import json
from datetime import date, datetime
from pathlib import Path

import click
from django.core.exceptions import ValidationError
from django.utils import timezone

from hatangso.organisations import access, bodies, scopes, services, sign_in, tokens
from hatangso.organisations.models import (
    ROLE_LABELS,
    ApiToken,
    Organisation,
    RoleHeld,
    User,
    in_force,
)
from hatangso.organisations.rules import HELD, Action, Role
from hatangso.organisations.services import OWNER, Scope
from hatangso.records import context, personal
from hatangso.territory import queries as territory
from hatangso.territory.models import AdminUnit

_DAY = click.DateTime(["%Y-%m-%d"])
_WHY = click.option("--why", default="", help="Reason, kept in the history.")


@click.group()
@click.pass_context
def users(click_context: click.Context) -> None:
    """People: accounts, roles with scope and dates, second factor, keys."""
    click_context.with_resource(_expected())
    click_context.with_resource(
        context.acting(
            through="command",
            place=f"users {click_context.invoked_subcommand}",
            why=f"hatangso users {click_context.invoked_subcommand}",
        )
    )


class _expected:  # noqa: N801
    """Turns what a service refuses into the command's own error."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        """Say a refusal as a sentence, without a traceback."""
        refused = (services.PeopleError, access.DeniedError, territory.UnitNotFoundError)
        if isinstance(error, refused):
            raise click.ClickException(str(error)) from error


def _person(name: str) -> User:
    found = User.objects.filter(username__iexact=name).first()
    if found is None:
        message = f"Không có người dùng {name}. / There is no user {name}: see hatangso users list."
        raise click.ClickException(message)
    return found


def _body(code: str | None) -> Organisation | None:
    if code is None:
        return None
    found = Organisation.objects.filter(code=code).first()
    if found is None:
        message = (
            f"Không có cơ quan {code}. / There is no body {code}: make it with "
            "hatangso users organisation."
        )
        raise click.ClickException(message)
    return found


def _unit(code: str | None) -> AdminUnit | None:
    return None if code is None else territory.get_unit(code, timezone.localdate())


def _date(given: datetime | None) -> date | None:
    return given.date() if given else None


@users.command()
@click.argument("code")
@click.argument("kind", type=click.Choice(Organisation.Kind.values))
@click.argument("name")
@click.option("--unit", help="Code of its unit.")
def organisation(code: str, kind: str, name: str, unit: str | None) -> None:
    """Make a body with a CODE, of a KIND, called NAME."""
    body = services.create_organisation(code, kind, name, unit=_unit(unit))
    click.echo(f"Cơ quan / body: {body.code}")


@users.command("rename-organisation")
@click.argument("code")
@click.argument("name")
@click.option("--on", type=_DAY, required=True, help="First day of the new name.")
@click.option("--alias", is_flag=True, help="Another name besides the official one.")
def rename_organisation(code: str, name: str, on: datetime, alias: bool) -> None:
    """Call the body with a CODE by another NAME from a day on; the old one is kept."""
    body = _body(code)
    if body is None:
        raise click.UsageError("Say which body.")
    with _expected():
        if alias:
            services.add_body_alias(body, name, valid_from=on.date())
        else:
            services.rename_organisation(body, name, on.date())
    _print_names(body)


@users.command("bodies")
@click.argument("text", default="")
@click.option("--on", type=_DAY, help="Day of the names, today unless given.")
def find_bodies(text: str, on: datetime | None) -> None:
    """List bodies, or those that answer to a TEXT: a code or any name that they bore."""
    day = _date(on) or timezone.localdate()
    for match in bodies.find_bodies(text, day, limit=500):
        click.echo(f"{match.body.code:24} {match.name_today}")
        _print_names(match.body, besides=match.name_today)


def _print_names(body: Organisation, besides: str = "") -> None:
    for name in body.names.order_by("valid_from", "pk"):
        if name.name != besides:
            start = f"từ {name.valid_from:%d/%m/%Y} " if name.valid_from else ""
            end = f"trước {name.valid_to:%d/%m/%Y} " if name.valid_to else ""
            other = "(tên khác)" if name.is_alias else ""
            click.echo(f"  {name.name} {start}{end}{other}".rstrip())


@users.command()
@click.argument("username")
@click.option("--full-name", default="")
@click.option("--email", default="")
@click.option("--organisation", "body", help="Code of the body they belong to.")
@click.option("--sso", is_flag=True, help="Signs in through the province's sign-on, not here.")
def add(username: str, full_name: str, email: str, body: str | None, sso: bool) -> None:
    """Make an account for USERNAME; a link to choose a password is printed."""
    user = services.add_person(
        OWNER, username, full_name=full_name, email=email, organisation=_body(body), by_sso=sso
    )
    click.echo(f"Đã tạo / made: {user.username}")
    if not sso:
        _print_link(user)


@users.command()
@click.argument("username")
def reset(username: str) -> None:
    """Print a link with which USERNAME chooses a new password; it works once, for a day."""
    user = _person(username)
    sign_in.unlock(user)
    _print_link(user)


def _print_link(user: User) -> None:
    name, token = sign_in.reset_parts(user)
    click.echo(
        "Gửi riêng cho người đó đường dẫn này (dùng một lần, trong 24 giờ) / "
        "hand them this link (works once, for 24 hours):\n"
        f"  /tai-khoan/mat-khau/{name}/{token}/"
    )


@users.command()
@click.argument("username")
def password(username: str) -> None:
    """Ask twice for a new password of USERNAME and set it."""
    user = _person(username)
    given = click.prompt("Mật khẩu / password", hide_input=True, confirmation_prompt=True)
    try:
        services.set_password(user, given)
    except ValidationError as error:  # pragma: no cover - the service turns it into PeopleError
        raise click.ClickException(" ".join(error.messages)) from error
    click.echo("Đã đổi mật khẩu / password changed.")


@users.command()
@click.argument("username")
@click.argument("role", type=click.Choice([role.value for role in HELD]))
@click.option("--unit", help="Code of the unit: there and everywhere below.")
@click.option("--operator", help="Code of the operator: its own things.")
@click.option("--everywhere", is_flag=True, help="The whole country and every operator.")
@click.option("--from", "start", type=_DAY, help="First day; today unless said.")
@click.option("--to", "end", type=_DAY, help="First day on which it no longer holds.")
@_WHY
def grant(
    username: str,
    role: str,
    unit: str | None,
    operator: str | None,
    everywhere: bool,
    start: datetime | None,
    end: datetime | None,
    why: str,
) -> None:
    """Let USERNAME hold a ROLE in a scope, with dates."""
    with context.acting(why=why):
        held = services.give_role(
            OWNER,
            _person(username),
            Role(role),
            Scope(_unit(unit), _body(operator), everywhere),
            start=_date(start),
            end=_date(end),
        )
    click.echo(_describe(held))


@users.command()
@click.argument("number", type=int)
@_WHY
def revoke(number: int, why: str) -> None:
    """End the role with a NUMBER (see list) today; the person's sessions end."""
    held = RoleHeld.objects.filter(pk=number).first()
    if held is None:
        raise click.ClickException(f"Không có vai trò số {number}. / There is no role {number}.")
    with context.acting(why=why):
        services.end_role(OWNER, held)
    click.echo(f"Đã kết thúc / ended: {number}")


def _describe(held: RoleHeld) -> str:
    scope = ["mọi nơi / everywhere"] if held.everywhere else []
    if held.unit:
        roots = scopes.followed(held.unit, timezone.localdate())
        became = "" if roots == [held.unit] else f" → {', '.join(map(str, roots)) or '?'}"
        scope.append(f"{held.unit}{became}")
    if held.operator:
        scope.append(str(held.operator))
    until = f"{held.valid_to:%d/%m/%Y}" if held.valid_to else "…"
    label = ROLE_LABELS[Role(held.role)]
    return (
        f"  #{held.pk} {label} [{held.role}]: {' · '.join(scope)}; {held.valid_from:%d/%m/%Y} – "
        f"{until}"
    )


@users.command(name="list")
@click.option("--all", "every", is_flag=True, help="Ended roles and removed people, too.")
def list_(every: bool) -> None:
    """List people with the roles they hold."""
    found = User.objects.select_related("organisation")
    for user in found if every else found.filter(is_active=True):
        marks = [
            mark
            for mark, holds in (
                ("đã khóa / removed", not user.is_active),
                ("SSO", user.by_sso),
                ("2FA", user.has_second_factor),
                ("PHẢI bật 2FA / must enrol 2FA", sign_in.must_enrol(user)),
            )
            if holds
        ]
        click.echo(f"{user.username} — {user} ({user.organisation or '—'}) {', '.join(marks)}")
        held = user.roles_held.select_related("unit", "operator")
        for role in held if every else held.filter(in_force(timezone.localdate())):
            click.echo(_describe(role))


@users.command()
@click.argument("username")
@_WHY
def remove(username: str, why: str) -> None:
    """Let USERNAME in no more: roles end, keys are revoked; what they did stays."""
    with context.acting(why=why):
        services.remove_person(OWNER, _person(username))
    click.echo(f"Đã khóa / removed: {username}")


@users.command(name="second-factor-off")
@click.argument("username")
@_WHY
def second_factor_off(username: str, why: str) -> None:
    """Forget the second factor of USERNAME, who lost the device and the recovery codes."""
    with context.acting(why=why):
        sign_in.drop_second_factor(_person(username))
    click.echo("Đã bỏ xác thực hai bước / second factor forgotten.")


@users.command()
@click.argument("username")
@click.argument("name")
@click.option("--to", "end", type=_DAY, required=True, help="First day it no longer works.")
@click.option(
    "--may",
    "actions",
    multiple=True,
    type=click.Choice([a.value for a in Action]),
    default=["view"],
    show_default=True,
)
@click.option("--unit", help="Only in this unit and below.")
def token(
    username: str, name: str, end: datetime, actions: tuple[str, ...], unit: str | None
) -> None:
    """Make a key for a program of USERNAME, called NAME; it is printed once."""
    _, text = tokens.issue(
        _person(username),
        name,
        end.date(),
        actions=[Action(action) for action in actions],
        unit=_unit(unit),
    )
    click.echo(f"Chỉ hiện một lần / shown once:\n{text}")


@users.command(name="revoke-token")
@click.argument("prefix")
def revoke_token(prefix: str) -> None:
    """Let the key that begins with PREFIX open nothing from now on."""
    found = ApiToken.objects.filter(prefix=prefix).first()
    if found is None:
        raise click.ClickException(f"Không có khóa {prefix}. / There is no key {prefix}.")
    tokens.revoke(found)
    click.echo(f"Đã thu hồi / revoked: {prefix}")


@users.command()
@click.argument("username")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export(username: str, file: Path) -> None:
    """Write all that the system holds about USERNAME into FILE (JSON), to hand to them."""
    content = personal.export_person(_person(username))
    file.write_text(json.dumps(content, ensure_ascii=False, indent=2, default=str) + "\n")
    click.echo(f"{file}")


@users.command()
@click.argument("username")
@click.confirmation_option(prompt="Xóa hẳn dữ liệu cá nhân? / Erase the personal data for good?")
def erase(username: str) -> None:
    """Erase the personal data of USERNAME on request; their acts stay under a number."""
    personal.erase_person(OWNER, _person(username))
    click.echo("Đã xóa dữ liệu cá nhân / personal data erased.")


@users.command(name="find-name")
@click.argument("name")
def find_name(name: str) -> None:
    """Say where NAME stands in words: somebody without an account who handed in or approved."""
    found = personal.places_of_name(name)
    for place, rows in found.items():
        click.echo(f"{place}  {rows}")
    if not found:
        click.echo("Không có ở đâu / nowhere.")


@users.command(name="erase-name")
@click.argument("name")
@click.confirmation_option(prompt="Xóa hẳn tên này? / Erase this name for good?")
def erase_name(name: str) -> None:
    """Erase NAME of somebody without an account on request; what they did stays."""
    for place, rows in personal.erase_name(OWNER, name).items():
        click.echo(f"{place}  {rows}")
    click.echo("Đã xóa tên khỏi các bảng và nhật ký / erased from the tables and the log.")


@users.command(name="forget-attempts")
def forget_attempts() -> None:
    """Delete attempts to sign in that are older than 90 days."""
    click.echo(f"{sign_in.forget_old_attempts()}")
