"""The wheel carries all that a build needs, and runs where there is no checkout."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BUILT_IN = (".git", ".venv", "out", "build", "dist", "__pycache__", "*.egg-info", ".pytest_cache", ".hypothesis")


def run(*command: object, cwd: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a clean copy of the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    source = Path(shutil.copytree(ROOT, folder / "source", ignore=shutil.ignore_patterns(*BUILT_IN)))
    run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, source, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_carries_code_ontology_questions_templates_and_knowledge(wheel: Path):
    carried = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    wanted = {file.relative_to(ROOT).as_posix() for file in (ROOT / "kg").rglob("*") if file.is_file()}
    wanted = {name for name in wanted if "__pycache__" not in name}
    wanted |= {f"kg/ontology/{file.name}" for file in (ROOT / "ontology").glob("*.ttl")}
    assert wanted == carried
    for folder in ("kg/ontology", "kg/graph/questions", "kg/views/templates", "kg/extraction/lexicon"):
        assert any(name.startswith(f"{folder}/") for name in carried), folder


def test_the_installed_wheel_builds_the_graph_of_copied_pages(wheel: Path, tmp_path: Path, sample_build):
    run(sys.executable, "-m", "venv", "fresh", cwd=tmp_path)
    scripts = tmp_path / "fresh" / ("Scripts" if os.name == "nt" else "bin")
    run(scripts / "python", "-m", "pip", "install", "-q", wheel, cwd=tmp_path)
    shutil.copytree(ROOT / "data", tmp_path / "data")
    printed = run(scripts / "kg", "build", cwd=tmp_path)
    assert "梁山县" in printed
    assert (tmp_path / "out" / "graph.ttl").read_bytes() == (sample_build[0] / "graph.ttl").read_bytes()
    assert "梁山县" in run(scripts / "kg", "query", "alliances", cwd=tmp_path)
    run(scripts / "kg", "check", cwd=tmp_path)


def test_all_metadata_has_one_home():
    configuration = configparser.ConfigParser()
    configuration.read(ROOT / "setup.cfg", encoding="utf-8")
    assert configuration["options"]["python_requires"] == ">=3.11"
    assert configuration["metadata"]["version"] == "attr: kg.__version__"
    keys = [key for section in configuration.sections() for key in configuration[section]]
    assert not [key for key in keys if "-" in key]
    assert len((ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()) == 3
    assert not (ROOT / "setup.py").exists()


def test_every_dependency_has_a_lower_bound():
    configuration = configparser.ConfigParser()
    configuration.read(ROOT / "setup.cfg", encoding="utf-8")
    lists = [configuration["options"]["install_requires"], *configuration["options.extras_require"].values()]
    needed = [line for requirements in lists for line in requirements.split("\n") if line]
    assert len(needed) > 13
    assert all(">=" in line for line in needed)
