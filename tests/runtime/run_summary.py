"""A pytest plugin of ./run test: the summary before pytest's own last line.

It says how the checks before the tests ended (from ``HATANGSO_CHECKS``) and which tests were
skipped for lack of ../shared; and it fails a run that pytest alone would pass, where a check
failed or where such a test was skipped although ../shared is there.
"""

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SKIPPED_FOR_SHARED = pytest.StashKey[list[str]]()


def failed_checks() -> list[str]:
    """Lines of the checks that failed before the tests."""
    return [line for line in _check_lines() if line.endswith(": FAILED")]


def _check_lines() -> list[str]:
    return os.environ.get("HATANGSO_CHECKS", "").splitlines()


def shared_is_there() -> bool:
    """Tell whether the real plans and data lie beside the project."""
    folder = Path(os.environ.get("HATANGSO_SHARED", PROJECT.parent / "shared"))
    return (folder / "data").is_dir()


def pytest_configure(config: pytest.Config) -> None:
    """Begin an empty list of what was skipped."""
    config.stash[SKIPPED_FOR_SHARED] = []
    config.pluginmanager.register(_Collector(config.stash[SKIPPED_FOR_SHARED]))


class _Collector:
    """Gathers the names of skipped tests that are marked ``shared``, from every worker."""

    def __init__(self, names: list[str]) -> None:
        self.names = names

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and (
            "shared" in report.keywords or "no shared data" in str(report.longrepr)
        ):
            self.names.append(report.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Turn a passing run into a failing one where the summary says so."""
    skipped = session.config.stash[SKIPPED_FOR_SHARED]
    if exitstatus == pytest.ExitCode.OK and (failed_checks() or (skipped and shared_is_there())):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Write the summary."""
    skipped = sorted(set(config.stash[SKIPPED_FOR_SHARED]))
    write = terminalreporter.write_line
    if _check_lines():
        terminalreporter.section("checks before the tests")
        for line in _check_lines():
            write(line, red=line in failed_checks())
    if skipped:
        terminalreporter.section("skipped for lack of ../shared")
        for name in skipped:
            write(name)
        write(f"{len(skipped)} tests need the folder ../shared (HATANGSO_SHARED names another).")
        if shared_is_there():
            write(
                "The folder is there all the same: that is an error.",
                red=True,
            )
