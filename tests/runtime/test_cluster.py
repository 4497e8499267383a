"""The private cluster, with a real server each time."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hatangso.runtime import cluster, cluster_place

NOBODY = 65534


@pytest.fixture
def fresh_var(open_folder, use_var):
    """A var/ that does not exist yet, in an ordinary place."""
    use_var(open_folder / "var")
    return open_folder / "var"


@pytest.fixture
def var(fresh_var, copy_of_pattern):
    """A var/ with a cluster that does not run yet."""
    copy_of_pattern(fresh_var)
    return fresh_var


def test_it_is_made_started_and_stopped(fresh_var, ask):
    with cluster.running():
        assert cluster.server_pid() is not None
        assert ask("SELECT current_user::text") == [("hatangso",)]
    assert cluster.server_pid() is None


def test_it_sorts_and_searches_vietnamese(var, ask):
    with cluster.running():
        found = ask(
            "SELECT w FROM unnest(ARRAY['Đà Nẵng', 'Dak', 'Ea', 'Êa', 'An', 'Ân', 'Ăn']) w"
            " ORDER BY w"
        )
        assert [word for (word,) in found] == ["An", "Ăn", "Ân", "Dak", "Đà Nẵng", "Ea", "Êa"]
        assert ask("SELECT unaccent('Thừa Thiên Huế')") == [("Thua Thien Hue",)]
        assert ask("SELECT similarity('hoà bình', 'hòa bình') > 0.4") == [(True,)]


def test_a_database_made_later_has_the_extensions_and_the_role_is_no_superuser(var, ask):
    with cluster.running():
        ask("CREATE DATABASE test_later")
        names = ask("SELECT extname::text FROM pg_extension ORDER BY 1", database="test_later")
        assert {"pg_trgm", "postgis", "unaccent"} <= {name for (name,) in names}
        assert ask("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [(False,)]


def test_only_the_unix_socket_listens_and_only_for_us(var, ask):
    with cluster.running():
        assert ask("SHOW listen_addresses") == [("",)]
        assert Path(cluster.connection()["HOST"]).stat().st_mode & 0o777 == 0o700
        rules = (cluster_place.find().data / "pg_hba.conf").read_text()
        assert rules == "local all all peer map=hatangso\n"


def test_what_was_kept_is_there_the_next_time(var, ask):
    with cluster.running():
        ask("CREATE TABLE kept AS SELECT 42 AS answer")
    with cluster.running():
        assert ask("SELECT answer FROM kept") == [(42,)]


def test_a_killed_server_comes_back_with_its_data(var, ask):
    with cluster.running():
        ask("CREATE TABLE kept AS SELECT 42 AS answer")
        os.kill(cluster.server_pid(), signal.SIGKILL)
    with cluster.running():
        assert ask("SELECT answer FROM kept") == [(42,)]


def test_a_stale_pid_that_is_anothers_by_now_is_not_believed(var, ask):
    with cluster.running():
        pid_file = cluster_place.find().data / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
    # A process that lives, belongs to the server's user and is no server of ours.
    owner = cluster_place.find().owner
    changed = {"user": owner.pw_uid} if os.geteuid() == 0 else {}
    with subprocess.Popen(["sleep", "600"], **changed) as sleeper:
        stale = "\n".join([str(sleeper.pid), *lines[1:]]) + "\n"
        pid_file.write_text(stale)
        place = cluster_place.find()
        (place.socket / f".s.PGSQL.{cluster.PORT}.lock").write_text(stale)
        try:
            assert cluster.server_pid() is None
            with cluster.running():
                assert ask("SELECT 1") == [(1,)]
        finally:
            sleeper.kill()


def test_a_path_too_long_for_a_socket(open_folder, use_var, ask):
    folder = open_folder / ("một-tên-thư-mục-rất-dài-" * 4) / ("x" * 90)
    folder.mkdir(parents=True)
    use_var(folder / "var")
    with cluster.running():
        assert len(cluster.connection()["HOST"]) < cluster_place.LONGEST_SOCKET_FOLDER
        assert ask("SELECT 1") == [(1,)]


def test_a_path_with_spaces_and_quotes(open_folder, use_var, ask):
    folder = open_folder / 'ba\'s tài liệu (1), bản "cuối"'
    folder.mkdir()
    use_var(folder / "var")
    with cluster.running():
        assert ask("SELECT 1") == [(1,)]


def test_a_taken_short_socket_folder_is_refused(open_folder, use_var):
    folder = open_folder / ("x" * 120)
    folder.mkdir()
    use_var(folder / "var")
    socket = cluster_place.find().socket
    socket.symlink_to(open_folder)
    try:
        with pytest.raises(cluster_place.ClusterPlaceError, match="belongs to somebody else"):
            cluster.start()
    finally:
        socket.unlink()


def test_a_parent_that_the_servers_user_cannot_pass(tmp_path, use_var, ask):
    tmp_path.chmod(0o700)
    use_var(tmp_path / "var")
    with cluster.running():
        assert ask("SELECT 1") == [(1,)]
    # Root's server runs as another user and lies elsewhere; ours alone needs no other place.
    assert (tmp_path / "var" / "postgres").is_symlink() == (os.geteuid() == 0)


def test_a_copy_of_data_that_lie_elsewhere_is_refused(open_folder, use_var):
    if os.geteuid() == 0:
        (open_folder / "private").mkdir(mode=0o700)
        first = open_folder / "private" / "var"
        use_var(first)
        cluster.start()
        cluster.stop()
    else:
        first = open_folder / "var"
        (first / "elsewhere").mkdir(parents=True)
        (first / "elsewhere" / "belongs-to").write_text(f"{first}\n")
        (first / "postgres").symlink_to(first / "elsewhere")
    copy = open_folder / "copy"
    copy.mkdir()
    (copy / "postgres").symlink_to((first / "postgres").resolve())
    with pytest.raises(cluster_place.ClusterPlaceError, match="is a copy of"):
        cluster_place.find(copy)
    # Moved, not copied: what it pointed to is still its own.
    (first / "postgres").rename(open_folder / "postgres")
    assert cluster_place.find(copy).folder == (copy / "postgres").resolve()
    (open_folder / "postgres").rename(first / "postgres")


def test_data_that_are_gone_are_named(open_folder):
    (open_folder / "postgres").symlink_to(open_folder / "nowhere")
    with pytest.raises(cluster_place.ClusterPlaceError, match="is not there"):
        cluster_place.find(open_folder)


def test_anothers_cluster_is_refused_in_a_sentence(open_folder):
    (open_folder / "postgres").symlink_to("/usr/lib")
    was = os.geteuid()
    if was == 0:
        os.seteuid(NOBODY)
    try:
        with pytest.raises(cluster_place.ClusterPlaceError, match="belongs to the user root"):
            cluster_place.find(open_folder)
    finally:
        os.seteuid(was)


def test_two_checkouts_side_by_side(open_folder, use_var, copy_of_pattern, ask):
    copy_of_pattern(open_folder / "one")
    copy_of_pattern(open_folder / "two")
    use_var(open_folder / "one")
    cluster.start()
    ask("CREATE TABLE mark AS SELECT 'one' AS name")
    use_var(open_folder / "two")
    with cluster.running():
        assert ask("SELECT to_regclass('mark')::text") == [(None,)]


def test_a_copied_checkout_does_not_take_the_others_server_for_its_own(
    open_folder, use_var, copy_of_pattern, ask
):
    copy_of_pattern(open_folder / "one")
    copy_of_pattern(open_folder / "two")
    use_var(open_folder / "one")
    cluster.start()
    ask("CREATE TABLE mark AS SELECT 'one' AS name")
    # As if copied while the first one ran: its pid file and its note come along.
    first = cluster_place.find().data / "postmaster.pid"
    second = open_folder / "two" / "postgres" / "data" / "postmaster.pid"
    subprocess.run(["cp", "-a", str(first), str(second)], check=True)
    shutil.copy(open_folder / "one" / "postgres.kept", open_folder / "two")
    use_var(open_folder / "two")
    with cluster.running():
        assert ask("SELECT to_regclass('mark')::text") == [(None,)]
    assert cluster.server_pid() is None
    use_var(open_folder / "one")
    assert ask("SELECT name FROM mark") == [("one",)]


def test_the_last_to_let_go_stops_it(var, cluster_command):
    inner = [sys.executable, "-m", "hatangso.runtime.cluster"]
    nested = cluster_command("run", "bash", "-c", '"$@" run true && "$@" status', "inner", *inner)
    assert nested.stdout.startswith("running"), nested.stderr
    assert cluster.server_pid() is None


def test_what_was_started_on_purpose_stays(var, cluster_command):
    assert cluster_command("start").returncode == 0
    assert cluster_command("run", "true").returncode == 0
    assert cluster_command("status").returncode == 0
    assert cluster_command("stop").returncode == 0
    assert cluster_command("status").returncode == 3


def test_the_commands_status_is_ours(var, cluster_command):
    assert cluster_command("run", "bash", "-c", "exit 7").returncode == 7
    assert cluster_command("run", "bash", "-c", "kill -TERM $$").returncode == 128 + signal.SIGTERM
    assert cluster_command("sing").returncode == 2


def test_ending_us_ends_the_command_and_the_server(var):
    with subprocess.Popen(
        [
            sys.executable,
            "-m",
            "hatangso.runtime.cluster",
            "run",
            "bash",
            "-c",
            "echo up; sleep 600",
        ],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "up\n"
        assert cluster.server_pid() is not None
        process.terminate()
        assert process.wait(timeout=60) == 128 + signal.SIGTERM
    assert cluster.server_pid() is None


def test_with_database_url_no_cluster_is_made(fresh_var, cluster_command):
    said = cluster_command("run", "echo", "ran", before="export DATABASE_URL=postgres://x@y/z")
    assert said.stdout == "ran\n"
    assert not fresh_var.exists()


def test_no_room_is_said_and_nothing_is_made(fresh_var):
    with pytest.raises(cluster.ClusterError, match="MB are free"):
        cluster.require_space(fresh_var, needed=10**18)
    cluster.require_space(fresh_var, needed=1)
    assert not fresh_var.exists()


def test_a_disk_that_fills_up_leaves_nothing_half_made(fresh_var, cluster_command):
    # No file may grow past 64 blocks of 512 or 1024 bytes: initdb fails as on a full disk.
    failed = cluster_command("start", before="ulimit -f 64")
    assert failed.returncode == 1
    assert "could not be made" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert not list((fresh_var / "postgres").glob("data*"))
    assert cluster_command("start").returncode == 0


def test_a_var_that_cannot_be_written_is_said(open_folder, use_var):
    (open_folder / "file").write_text("")
    use_var(open_folder / "file" / "var")
    with pytest.raises(cluster.ClusterError, match="cannot be written"):
        cluster.start()


def test_a_server_that_does_not_start_says_why(var):
    cluster.start()
    cluster.stop()
    place = cluster_place.find()
    with (place.data / "postgresql.conf").open("a") as settings:
        settings.write("no_such_setting = 1\n")
    with pytest.raises(cluster.ClusterError, match="no_such_setting"):
        cluster.start()


def test_data_of_a_postgresql_that_is_not_here_are_named(var):
    cluster.start()
    cluster.stop()
    (cluster_place.find().data / "PG_VERSION").write_text("9\n")
    with pytest.raises(cluster.postgresql.PostgresqlMissingError, match="postgresql-9-postgis-3"):
        cluster.start()


def test_interrupted_while_filling_it_is_completed(fresh_var, ask):
    cluster.start()
    ask("CREATE TABLE mark AS SELECT 'one' AS name")
    cluster.stop()
    (cluster_place.find().folder / "filled").unlink()
    with cluster.running():
        assert ask("SELECT name FROM mark") == [("one",)]
