"""Prepares the database that the environment names and its static files, for the browser tests.

Run as a program, so that the tests' own database is never touched.
"""

import django

#: A made-up officer of the commune of Suối Mây, who signs in in the tests.
OFFICER = "can-bo-suoi-may"
#: One of the province, with the same password.
PROVINCIAL = "can-bo-tinh"
#: Another one of the province, with the same password: what one corrects, the other confirms.
PROVINCIAL_TOO = "can-bo-tinh-hai"
#: One of an operator, with the same password.
OPERATOR_EDITOR = "nguoi-nhap-song-may"
OFFICER_PASSWORD = "ba con trâu gặm cỏ ven đê"  # noqa: S105


def make_officer() -> None:
    """Make somebody who works in a commune and may sign in with a password."""
    from hatangso.organisations import services
    from hatangso.organisations.rules import Role
    from hatangso.territory.models import AdminUnit

    person = services.add_person(services.OWNER, OFFICER, full_name="Cán bộ minh họa")
    person.set_password(OFFICER_PASSWORD)
    person.save()
    unit = AdminUnit.objects.get(code="N01")
    services.give_role(services.OWNER, person, Role.COMMUNE_OFFICER, services.Scope(unit=unit))


def make_provincial_officers() -> None:
    """Make two who work for the province: they see the history and what is proposed."""
    from hatangso.organisations import services
    from hatangso.organisations.rules import Role
    from hatangso.territory.models import AdminUnit

    unit = AdminUnit.objects.get(code="M0")
    for username, name in (
        (PROVINCIAL, "Cán bộ tỉnh minh họa"),
        (PROVINCIAL_TOO, "Cán bộ tỉnh hai"),
    ):
        person = services.add_person(services.OWNER, username, full_name=name)
        person.set_password(OFFICER_PASSWORD)
        person.save()
        services.give_role(services.OWNER, person, Role.OFFICER, services.Scope(unit=unit))


def make_operator_editor() -> None:
    """Make somebody who keeps a made-up operator's assets."""
    from hatangso.organisations import services
    from hatangso.organisations.models import Organisation
    from hatangso.organisations.rules import Role

    person = services.add_person(services.OWNER, OPERATOR_EDITOR, full_name="Người nhập minh họa")
    person.set_password(OFFICER_PASSWORD)
    person.save()
    operator = Organisation.objects.get(code="MH-SONGMAY")
    scope = services.Scope(operator=operator)
    services.give_role(services.OWNER, person, Role.OPERATOR_EDITOR, scope)


def prepare() -> None:
    """Migrate, load the made-up province with its drawn copies, collect the static files."""
    from django.core.management import call_command

    from hatangso.demo import job
    from hatangso.runtime import preparation

    preparation.compile_translations()
    preparation.migrate()
    job.load_demo(lambda text: None)
    make_officer()
    make_provincial_officers()
    make_operator_editor()
    call_command("collectstatic", interactive=False, verbosity=0)


if __name__ == "__main__":
    django.setup()
    prepare()
