"""The worker of long works as a process beside another, which it never outlives."""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator

#: How long a worker that is told to end may take. [s]
END_TIMEOUT_S = 5
#: A worker that ends by itself is started again, at most this often. [s]
RESTART_AFTER_S = 5


class _Beside:
    """Keeps one worker running until told to end."""

    def __init__(self) -> None:
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def _keep(self) -> None:
        while not self._ending.is_set():
            with self._lock:
                if self._ending.is_set():
                    return
                # The pipe is how it learns that this process is gone, however it ended; a group
                # of its own keeps the terminal's Ctrl-C from it, so that it ends in one way only.
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "hatangso", "jobs", "work", "--with-parent"],
                    stdin=subprocess.PIPE,
                    start_new_session=True,
                    env=os.environ | {"OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1")},
                )
            self._process.wait()
            self._ending.wait(RESTART_AFTER_S)

    def end(self) -> None:
        self._ending.set()
        with self._lock:
            process = self._process
        if process is None or process.stdin is None:
            return
        with contextlib.suppress(OSError):
            process.stdin.close()
        try:
            process.wait(END_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def beside() -> Iterator[None]:
    """Keep a worker running while the site serves; it ends with it."""
    worker = _Beside()
    worker.start()
    try:
        yield
    finally:
        worker.end()
