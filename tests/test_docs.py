"""The documentation says what the program does."""

from __future__ import annotations

import importlib.util
import re
import shlex
from pathlib import Path

import pytest

from kg.cli import COMMANDS

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh.md")
DOCUMENTS = (*READMES, "CONTRIBUTING.md", "CHANGELOG.md")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def code_blocks(text: str) -> list[str]:
    return re.findall(r"^```(?:sh|bat)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def generate():
    """docs/generate.py as a module."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_command_reference_is_what_help_says(generate):
    """Line breaks aside, which differ between versions of click."""
    assert read("docs/commands.md").split() == generate.to_commands_page().split()


@pytest.mark.parametrize("name", READMES)
def test_the_readme_lists_the_canned_questions_as_they_are(generate, name: str):
    assert read(name) == generate.with_questions(read(name))


def test_both_readmes_give_the_same_commands():
    english, chinese = (code_blocks(read(name)) for name in READMES)
    without_comments = [[re.sub(r"\s*#.*", "", block) for block in blocks] for blocks in (english, chinese)]
    assert len(english) >= 4
    assert without_comments[0] == without_comments[1]


def test_the_commands_of_the_first_screen_stand_each_on_one_line():
    build, tests, windows, *_ = code_blocks(read("README.md"))
    assert build.count("\n") == tests.count("\n") == 1
    assert build.endswith("kg build\n") and "pytest" in tests
    assert windows.count("\n") == 2
    assert read("README.md").index(windows) < read("README.md").index("## ")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_kg_command_that_a_document_shows_exists(name: str):
    shown = re.findall(r"(?:`|^|&& |/)kg ([a-z]+)", read(name), re.MULTILINE)
    assert set(shown) <= set(COMMANDS)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_that_a_document_links_exists(name: str):
    links = re.findall(r"\]\(([^)#:]+)\)", read(name))
    missing = [link for link in links if not (ROOT / link).exists()]
    assert missing == []


def test_the_readme_examples_run_on_the_sample_graph(kg, sample_build, tmp_path: Path):
    """Every line of the README's second half that asks or shows something."""
    examples = code_blocks(read("README.md"))[3].splitlines()
    lines = [shlex.split(line, comments=True) for line in examples]
    ran = 0
    for _, command, *arguments in lines:
        if command in ("query", "view", "export", "check"):
            done = kg(command, *arguments, "-g", sample_build[0], cwd=tmp_path)
            assert done.returncode == 0, (command, arguments, done.stderr)
            assert done.stdout
            ran += 1
    assert ran == 7


def test_ci_runs_the_two_commands_of_the_readme():
    """The script takes them from the README by the lines that stand above them."""
    script = read(".ci/run")
    for heading in re.findall(r"command_below '([^']*)'", script):
        assert sum(line.startswith(heading) for line in read("README.md").splitlines()) == 1
    assert script.count("command_below '") == 2
