"""``hatangso backup`` and ``hatangso restore``."""

from pathlib import Path

import click

from hatangso.runtime import backup as archives
from hatangso.runtime import paths, preparation
from hatangso.runtime import restore as bringing_back


def _here() -> archives.Source:
    from django.db import connection

    return archives.Source(connection.settings_dict, paths.files_folder())


def _said(manifest: archives.Manifest) -> str:
    rows = sum(manifest.rows.values())
    size_mb = sum(member.size_bytes for member in manifest.members) / 2**20
    return f"{rows} rows, {len(manifest.members) - 1} files, {size_mb:.1f} MB"


@click.command()
@click.argument("archive", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace an archive of that name.")
def backup(archive: Path, *, overwrite: bool) -> None:
    """Save database and files into ARCHIVE (a .tar)."""
    try:
        manifest = archives.save(_here(), archive.resolve(), overwrite=overwrite)
    except archives.BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Đã lưu / saved {archive}: {_said(manifest)}")


@click.command()
@click.argument("archive", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Replace what the database and the folder hold.")
def restore(archive: Path, *, replace: bool) -> None:
    """Bring back database and files from ARCHIVE, whole or not at all."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    connection.close()
    try:
        manifest = bringing_back.restore(
            archive.resolve(), _here(), known_migrations=known, replace=replace
        )
    except archives.BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Đã khôi phục / restored {archive} ({manifest.made_at}): {_said(manifest)}")
    newer = preparation.migrate(even_if_current=True)
    if newer:
        click.echo(f"  {len(newer)} migrations on top")
