"""Prepares the database that the environment names and its static files, for the browser tests.

Run as a program, so that the tests' own database is never touched.
"""

import django


def prepare() -> None:
    """Migrate, load the made-up province, draw it, and collect the static files."""
    from django.core.management import call_command

    from hatangso.demo import job
    from hatangso.runtime import preparation
    from hatangso.territory.drawing import draw_shapes

    preparation.compile_translations()
    preparation.migrate()
    job.load_demo(lambda text: None)
    draw_shapes()
    call_command("collectstatic", interactive=False, verbosity=0)


if __name__ == "__main__":
    django.setup()
    prepare()
