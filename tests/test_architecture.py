"""The house: floors import in one direction, modules stay small, the library never prints."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = {
    "model": 0,
    "ontology_files": 0,
    "workers": 0,
    "writing": 0,
    "reading": 1,
    "extraction": 2,
    "graph": 3,
    "views": 4,
    "cache": 5,
    "scoring": 5,
    "exporting": 6,
    "pipeline": 6,
    "api": 7,
    "serving": 7,
    "spark": 7,
    "cli": 8,
}
"""Each part of the package and its floor; a part imports from the floors below its number, or from itself."""

MODULES = sorted((ROOT / "kg").rglob("*.py"))
SOURCES = sorted(
    file
    for folder in (".", ".ci", "benchmarks", "corpus", "data", "docs", "gazetteer", "kg", "ontology", "tests")
    for file in (ROOT / folder).glob("**/*" if folder != "." else "*")
    if file.is_file() and file.suffix not in (".pyc", ".png") and ".egg-info" not in str(file)
)


def part_of(module: Path) -> str:
    """Return the part of the package that the module belongs to."""
    return module.relative_to(ROOT / "kg").parts[0].removesuffix(".py")


def imports_of(module: Path) -> set[str]:
    """Return the parts of the package that the module imports."""
    found = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module == "kg":
            found |= {f"kg.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative imports hide the floor"
            found.add(node.module or "")
    return {name.split(".")[1] for name in found if name.startswith("kg.")}


def text_of(file: Path) -> str:
    """Return the file's text; pages under test may be of another encoding than UTF-8."""
    data = file.read_bytes()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("module", [m for m in MODULES if m != ROOT / "kg" / "__init__.py"], ids=name)
def test_a_module_imports_only_from_floors_below_its_own(module: Path):
    own = part_of(module)
    assert own in FLOORS, f"give {own} a floor"
    wrong = {part for part in imports_of(module) - {own} if FLOORS[part] >= FLOORS[own]}
    assert not wrong, f"{name(module)} reaches up or sideways to {sorted(wrong)}"


@pytest.mark.parametrize("file", [f for f in SOURCES if f.suffix == ".py"], ids=name)
def test_a_module_has_at_most_450_lines_of_at_most_120_characters(file: Path):
    lines = file.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 450
    assert [n for n, line in enumerate(lines, 1) if len(line) > 120] == []


@pytest.mark.parametrize("module", [m for m in MODULES if part_of(m) != "cli"], ids=name)
def test_the_library_never_prints_nor_exits(module: Path):
    calls = [
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    ]
    assert not {"print", "sys.exit", "exit", "click.echo"} & set(calls)


def test_the_sources_name_no_registry_host_and_no_path_of_one_machine():
    hosts = re.compile("|".join(("pypi" r"\.org", "python" r"hosted\.org", "npm" r"js\.org", "registry" r"\.npm")))
    paths = re.compile(r"(?<![\w.])/(?:work|root|tmp|home)/\w")
    assert len(SOURCES) > 40
    for file in SOURCES:
        text = text_of(file)
        assert not hosts.search(text), name(file)
        assert not paths.search(text), name(file)


def test_no_source_holds_sentences_of_the_real_pages(shared: Path):
    def han(text: str) -> str:
        return re.sub(r"[^\u4e00-\u9fff0-9]", "", text)

    pages = [han(page.read_text(encoding="utf-8")) for page in sorted((shared / "pages").glob("*.txt"))]
    assert len(pages) == 2
    stretches = {page[i : i + 24] for page in pages for i in range(len(page) - 23)}
    for file in SOURCES:
        text = han(text_of(file))
        copied = sum(text[i : i + 24] in stretches for i in range(len(text) - 23))
        assert copied <= 40, f"{name(file)}: long names and titles may recur, sentences may not"
