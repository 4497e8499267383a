"""A small territory with bodies and people, for the tests of who may see and change what."""

from datetime import date, timedelta
from functools import cache

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from hatangso.organisations import access, services
from hatangso.organisations.models import Organisation, User
from hatangso.organisations.rules import Role
from hatangso.organisations.services import OWNER, Scope
from hatangso.territory import services as territory

REFORM = date(2025, 7, 1)
PASSWORD = "ba con trâu gặm cỏ ven đê"  # noqa: S105


@cache
def _hashed() -> str:
    """Hash of the password; made once, for argon2 takes its time on purpose."""
    return make_password(PASSWORD)


def make_units():
    """Two provinces. P: communes A, B until the reform; A whole and B mostly became C, a rest D.

    Q: commune E throughout.
    """
    source = territory.create_source("hand-made")
    p = territory.create_unit("P", "province", "tỉnh P", source=source)
    q = territory.create_unit("Q", "province", "tỉnh Q", source=source)
    a = territory.create_unit("A", "commune", "xã A", parent=p, source=source)
    b = territory.create_unit("B", "commune", "xã B", parent=p, source=source)
    e = territory.create_unit("E", "commune", "xã E", parent=q, source=source)
    new = {
        code: territory.create_unit(
            code, "commune", f"xã {code}", parent=p, valid_from=REFORM, source=source
        )
        for code in ("C", "D")
    }
    shares = {("A", "C"): 1.0, ("B", "C"): 0.75, ("B", "D"): 0.25}
    territory.succeed([a, b], list(new.values()), REFORM, shares=shares)
    return {"P": p, "Q": q, "A": a, "B": b, "E": e, **new}


def operator(code: str) -> Organisation:
    return services.create_organisation(code, Organisation.Kind.OPERATOR, f"Nhà mạng {code}")


def person(name: str, role: Role | None = None, scope: Scope | None = None, **held) -> User:
    """A person with a password and, if one is given, a role since a year ago."""
    user = User.objects.filter(username=name).first()
    if user is None:
        user = services.add_person(OWNER, name, full_name=f"Người {name}")
        user.password = _hashed()
        user.save(update_fields=["password"])
    if role is not None:
        held.setdefault("start", timezone.localdate() - timedelta(days=365))
        services.give_role(OWNER, user, role, scope or Scope(everywhere=True), **held)
    return user


def rights(name: str, role: Role | None = None, scope: Scope | None = None, **held):
    return access.rights_of(person(name, role, scope, **held))
