"""``./run``: what it says and refuses, and how it finds its Python. Nothing is installed here."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
NOBODY = pwd.getpwnam("nobody")


def run(*arguments: str, folder: Path = PROJECT, **environment: str):
    """Run the script in English."""
    return subprocess.run(
        [str(folder / "run"), *arguments],
        env=os.environ | {"LC_ALL": "C.UTF-8"} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd="/",
    )


def function(body: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a few lines with the script's functions at hand."""
    script = (PROJECT / "run").read_text()
    functions = script[: script.index('\ncase "${1:-}" in')]
    return subprocess.run(
        ["bash", "-c", f"{functions}\n{body}", str(PROJECT / "run")],
        env=os.environ | {"LC_ALL": "C.UTF-8"} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=PROJECT,
    )


def executable(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(0o755)
    return file


def test_it_says_what_it_can():
    said = run("--help")
    assert said.returncode == 0
    for command in ("setup", "demo", "test", "bench", "exec", "lock"):
        assert f"./run {command}" in said.stdout


def test_an_unknown_command_is_refused():
    said = run("sing")
    assert said.returncode == 1
    assert "no command sing" in said.stderr


def test_it_speaks_vietnamese_where_the_machine_does():
    assert "không có lệnh sing" in run("sing", LC_ALL="vi_VN.UTF-8").stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["demo", "--data", "/no/such/folder"], "there is no folder /no/such/folder"),
        (["demo", "--port"], "--port needs a value"),
        (["demo", "--wrong"], "demo does not know --wrong"),
        (["demo", "--port", "http"], "--port needs a number"),
        (["exec"], "exec needs a command"),
        (["bench", "no-such-benchmark"], "there is no benchmark no-such-benchmark"),
    ],
)
def test_wrong_arguments_are_said_before_anything_is_done(arguments, said):
    done = run(*arguments)
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stdout == ""


def test_exec_runs_in_the_callers_folder_with_the_database_and_hands_on_the_status(tmp_path):
    look = "import os, hatangso.runtime.cluster as c; print(os.getcwd(), bool(c.server_pid()))"
    done = subprocess.run(
        [str(PROJECT / "run"), "exec", "python", "-c", look],
        env={key: value for key, value in os.environ.items() if key != "DATABASE_URL"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stdout.splitlines()[-1] == f"{tmp_path} True", done.stderr
    assert run("exec", "bash", "-c", "exit 7").returncode == 7


# --- finding a Python --------------------------------------------------------------------------


def test_a_shim_that_leads_nowhere_is_passed_over(tmp_path):
    shim = "#!/bin/sh\necho 'pyenv: python3: command not found' >&2\nexit 127\n"
    executable(tmp_path / "python3", shim)
    good = executable(tmp_path / "python3.12", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    found = function("find_python", PATH=f"{tmp_path}:/usr/bin:/bin")
    assert found.returncode == 0
    assert Path(found.stdout.strip()).exists()
    assert str(tmp_path / "python3") != found.stdout.strip()
    assert good.exists()


def python_of(version: str, folder: Path) -> Path:
    """Python that says it is of another version."""
    given = f"({version.replace('.', ', ')}, 0, 'final', 0)"
    fake = f'#!/bin/sh\nexec "{sys.executable}" -c "import sys; sys.version_info = {given}\n$2"\n'
    return executable(folder / version / "python3", fake)


@pytest.mark.parametrize("version", ["3.10", "3.14"])
def test_a_python_that_is_too_old_or_too_new_is_passed_over(version, tmp_path):
    found = function("find_python", HATANGSO_PYTHON=str(python_of(version, tmp_path)))
    assert found.returncode != 0


@pytest.mark.parametrize(
    ("offered", "advice"),
    [
        ("python3.12:\n  Candidate: 3.12.3-1", "apt-get install python3.12 python3.12-venv"),
        # What apt-cache answers to a name that it takes for a pattern.
        ("postgresql-plpython3-13:\n  Candidate: 13.16", "HATANGSO_PYTHON=/path/to/python3.12"),
        ("python3.12:\n  Candidate: (none)", "HATANGSO_PYTHON=/path/to/python3.12"),
    ],
)
def test_without_a_python_that_serves_it_says_which_is_there_and_what_to_do(
    offered, advice, tmp_path
):
    executable(tmp_path / "apt-cache", f"#!/bin/sh\nprintf '%s\\n' '{offered}'\n")
    old = str(python_of("3.10", tmp_path))
    said = run("setup", HATANGSO_PYTHON=old, PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert said.returncode == 1
    assert "found: 3.10." in said.stderr
    assert advice in said.stderr
    assert said.stderr.endswith("Nothing was changed.\n")


def test_a_link_to_a_python_is_followed_to_where_its_library_lies(tmp_path):
    below = function("find_python").stdout.strip()
    (tmp_path / "python3").symlink_to(below)
    found = function("find_python", HATANGSO_PYTHON=str(tmp_path / "python3"))
    assert found.stdout.strip() == str(Path(below).resolve())


def test_inside_an_environment_the_python_below_it_is_found(tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "v")], check=True)
    found = function("find_python", HATANGSO_PYTHON=str(tmp_path / "v" / "bin" / "python"))
    assert found.returncode == 0, found.stderr
    assert not found.stdout.startswith(str(tmp_path))


# --- packages ----------------------------------------------------------------------------------


def test_the_postgis_of_the_postgresql_that_is_there_is_chosen_else_the_newest(tmp_path):
    offers = "postgresql-14-postgis-3 postgresql-17-postgis-3 postgresql-16-postgis-3 postgresql-x"
    executable(tmp_path / "apt-cache", f"#!/bin/sh\nprintf '%s\\n' {offers}\n")
    executable(tmp_path / "find", "#!/bin/sh\n")
    path = f"{tmp_path}:/usr/bin:/bin"
    assert function("postgis_package", PATH=path).stdout == "postgresql-17-postgis-3\n"


def test_a_distribution_with_too_old_a_postgresql_offers_none(tmp_path):
    executable(tmp_path / "apt-cache", "#!/bin/sh\necho postgresql-14-postgis-3\n")
    executable(tmp_path / "find", "#!/bin/sh\n")
    path = f"{tmp_path}:/usr/bin:/bin"
    assert function("postgis_package", PATH=path).stdout.strip() == ""
    done = function(
        "apt_get() { :; }; id() { echo 0; }; needed=(postgis); install_packages", PATH=path
    )
    assert done.returncode == 1
    assert "set DATABASE_URL to such a database. Nothing was installed." in done.stderr


@pytest.mark.parametrize(
    ("candidate", "installed"), [("156.0-1", "chromium tzdata"), ("(none)", "tzdata libatomic1")]
)
def test_where_chromium_is_no_package_that_of_playwright_is_taken(candidate, installed, tmp_path):
    executable(
        tmp_path / "apt-cache", f"#!/bin/sh\nprintf '%s:\\n  Candidate: {candidate}\\n' \"$2\"\n"
    )
    done = function(
        'apt_get() { echo "$@"; }; id() { echo 0; }; needed=(chromium tzdata); install_packages',
        PATH=f"{tmp_path}:/usr/bin:/bin",
    )
    assert done.returncode == 0, done.stderr
    last = done.stdout.splitlines()[-1]
    assert last == f"install --yes --no-install-recommends {installed}"


def test_too_little_room_is_said():
    done = function("require_space 999999999")
    assert done.returncode == 1
    assert "Nothing was changed" in done.stderr
    assert function("require_space 1").returncode == 0


@pytest.fixture
def bare_copy():
    """The script alone in a folder that the user nobody may use."""
    folder = Path(tempfile.mkdtemp(prefix="hatangso-bare-"))
    folder.chmod(0o755)
    shutil.copy(PROJECT / "run", folder)
    shutil.copytree(PROJECT / "requirements", folder / "requirements")
    yield folder
    shutil.rmtree(folder)


def test_no_postgis_and_no_right_to_install_it_is_a_sentence_and_changes_nothing(bare_copy):
    # A namespace of our own, where an empty folder hides PostgreSQL's files and sudo is away.
    hide = (
        "mount -t tmpfs none /usr/share/postgresql && mount -t tmpfs none /usr/lib/postgresql && "
        "for s in /usr/bin/sudo; do [ ! -e $s ] || mount --bind /dev/null $s; done && "
    )
    if os.geteuid() == 0:
        enter = ["unshare", "--mount"]
        become = f"setpriv --reuid={NOBODY.pw_uid} --regid={NOBODY.pw_gid} --clear-groups "
    else:
        enter = ["unshare", "--map-root-user", "--mount"]
        become = f"unshare --user --map-user={os.getuid()} "
    done = subprocess.run(
        [*enter, "bash", "-c", f"{hide} exec {become} ./run setup"],
        cwd=bare_copy,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "PostGIS is missing" in done.stdout
    assert "may not install them: postgresql-1" in done.stderr
    assert "Nothing was changed" in done.stderr
    assert sorted(path.name for path in bare_copy.iterdir()) == ["requirements", "run"]


# --- the tests' own summary --------------------------------------------------------------------


@pytest.fixture
def small_project(tmp_path):
    """Two tests, one of which needs ../shared."""
    (tmp_path / "test_small.py").write_text(
        "import pytest\n"
        "def test_passes():\n    assert True is not False\n"
        "@pytest.mark.shared\n"
        "def test_real():\n    pytest.skip('no shared data')\n"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = shared: needs it\n")
    return tmp_path


def run_small(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "run_summary", "-p", "no:django", "-n", "2"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(PROJECT / "tests" / "runtime")} | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_summary_names_what_was_skipped_for_lack_of_shared(small_project):
    done = run_small(small_project, HATANGSO_SHARED=str(small_project), HATANGSO_CHECKS="")
    assert done.returncode == 0, done.stdout
    assert "skipped for lack of ../shared" in done.stdout
    assert "test_small.py::test_real" in done.stdout
    assert "1 passed, 1 skipped" in done.stdout.splitlines()[-1]


def test_a_test_skipped_although_shared_is_there_fails_the_run(small_project):
    (small_project / "shared" / "data").mkdir(parents=True)
    done = run_small(
        small_project, HATANGSO_SHARED=str(small_project / "shared"), HATANGSO_CHECKS=""
    )
    assert done.returncode == 1
    assert "that is an error" in done.stdout
    assert "1 passed, 1 skipped" in done.stdout.splitlines()[-1]


def test_a_failed_check_fails_the_run(small_project):
    done = run_small(
        small_project,
        HATANGSO_SHARED=str(small_project),
        HATANGSO_CHECKS="ruff format: passed\nmypy: FAILED\n",
    )
    assert done.returncode == 1
    assert "mypy: FAILED" in done.stdout


def test_continuous_integration_runs_the_same_script():
    assert "exec ./run test" in (PROJECT / ".ci" / "run").read_text()
    for script in ("run", ".ci/run"):
        assert os.access(PROJECT / script, os.X_OK)
        assert subprocess.run(["bash", "-n", script], cwd=PROJECT, check=False).returncode == 0
