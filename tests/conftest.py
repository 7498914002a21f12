"""What all tests share: the sample pages of the repository and, where present, the shared real pages."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from kg.cli import main

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"

Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real pages and gold beside the repository; tests that need it are skipped where it is missing."""
    if not (SHARED / "pages").is_dir():
        pytest.skip("the real pages (../shared beside the repository) are not here")
    return SHARED


@pytest.fixture(scope="session")
def kg() -> Run:
    """Run ``kg`` in this process and return its output and exit code."""

    def run(*arguments: object, cwd: Path = ROOT) -> Done:
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
        given, sys.argv = sys.argv, ["kg", *map(str, arguments)]
        try:
            with redirect_stdout(out), redirect_stderr(err), chdir(cwd), pytest.raises(SystemExit) as ended:
                main()
        finally:
            sys.argv = given
        printed, complained = (stream.buffer.getvalue().decode("utf-8") for stream in (out, err))
        return subprocess.CompletedProcess(arguments, ended.value.code or 0, printed, complained)

    return run


@pytest.fixture(scope="session")
def kg_process() -> Run:
    """Run ``kg`` in a process of its own, with the given environment variables."""

    def run(*arguments: object, cwd: Path = ROOT, **environment: str) -> Done:
        command = [sys.executable, "-c", "from kg.cli import main; main()", *map(str, arguments)]
        known = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
        return subprocess.run(command, cwd=cwd, env=known, capture_output=True, text=True, encoding="utf-8")

    return run


@pytest.fixture(scope="session")
def sample_build(kg: Run, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A build of the sample pages: its folder and what ``kg build`` printed."""
    out = tmp_path_factory.mktemp("sample") / "out"
    done = kg("build", ROOT / "data", "-o", out)
    assert done.returncode == 0, done.stderr
    return out, done.stdout
