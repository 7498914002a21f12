"""A real Spark cluster on the loopback, for tests and benchmarks: a master and workers, each a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
_READY_WITHIN_SECONDS = 90
_LOOPBACK = "127.0.0.1"
_MASTER, _WORKER = "org.apache.spark.deploy.master.Master", "org.apache.spark.deploy.worker.Worker"


@dataclass(frozen=True)
class Cluster:
    """A running cluster: the address of its master, and its workers."""

    master: str
    workers: tuple[subprocess.Popen[bytes], ...]

    def kill_worker(self) -> None:
        """Kill a worker outright, and with it the executors that it started."""
        os.killpg(self.workers[0].pid, signal.SIGKILL)


@contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """Start a master and workers of one core each, and stop them all at the end."""
    processes: list[subprocess.Popen[bytes]] = []
    try:
        processes.append(_start(folder / "master.log", _MASTER, "--port", "0"))
        master = _wait_for(folder / "master.log", r"Starting Spark master at (spark://\S+)")
        for number in range(workers):
            log, work = folder / f"worker{number}.log", folder / f"work{number}"
            processes.append(_start(log, _WORKER, "-c", "1", "-m", "1g", "-d", str(work), master))
        for number in range(workers):
            _wait_for(folder / f"worker{number}.log", r"(Successfully registered) with master")
        yield Cluster(master, tuple(processes[1:]))
    finally:
        for process in processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _start(log: Path, service: str, *arguments: str) -> subprocess.Popen[bytes]:
    import pyspark

    home = Path(pyspark.__file__).parent
    command = [str(home / "bin" / "spark-class"), service, "--host", _LOOPBACK, "--webui-port", "0", *arguments]
    environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": _LOOPBACK, "PYTHONPATH": str(ROOT)}
    with log.open("wb") as output:
        return subprocess.Popen(
            command, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )


def _wait_for(log: Path, pattern: str) -> str:
    end = time.monotonic() + _READY_WITHIN_SECONDS
    while time.monotonic() < end:
        found = re.search(pattern, log.read_text(encoding="utf-8", errors="replace"))
        if found:
            return found[1]
        time.sleep(0.1)
    raise TimeoutError(f"{pattern} is not in {log}: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
