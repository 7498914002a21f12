"""Where statements come from, and what a build says of itself: nothing of the run, the same however it was built."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad
from test_graph_sample import article

import kg
from kg.graph.iri import BASE
from kg.graph.mapping import to_page_quads, to_quads
from kg.graph.store import building, data_quads, open_store
from kg.graph.turtle import to_nquads
from kg.graph.vocab import DCAT, DCTERMS, DJ, PROV, RDF, RDFS, SCHEMA, VOID, XSD
from kg.model import Page

PAGE = Page(file="paper/a1.txt", sha256="a" * 64, text="", articles=(article(),))
SOFTWARE = NamedNode(f"https://w3id.org/dangjian/software/{kg.__version__}")
DATASET = NamedNode(BASE + "dataset")


def page(name: str, date: str = "2031-05-06", **metadata: str) -> Page:
    source = replace(article().source, file=name)
    case = article(file=name, source=source, metadata={"date": date, **metadata})
    return Page(file=name, sha256="b" * 64, text="", articles=(case,))


def built(directory: Path, *pages: Page, base: str = BASE) -> list[Quad]:
    """Build exactly ``pages`` in the directory, as ``kg build`` does, and return the data."""
    with building(directory, base) as build:
        build.load_vocabulary()
        kept = {case.file: case for case in pages}
        for file in build.fingerprints().keys() - kept.keys():
            build.withdraw(file)
        for case in pages:
            build.replace(case.file, to_page_quads(case, base), repr(case))
        build.describe()
    return list(data_quads(open_store(directory)))


def values(quads: list[Quad], term: NamedNode, subject: NamedNode = DATASET) -> set:
    return {quad.object for quad in quads if quad.subject == subject and quad.predicate == term}


def test_a_page_was_read_in_one_activity_by_this_version_of_the_program() -> None:
    quads = to_page_quads(PAGE)
    (reading,) = {quad.subject for quad in quads if quad.object == DJ.Extraction}
    assert values(quads, PROV.used, reading) == {NamedNode(BASE + "page/paper/a1.txt")}
    assert values(quads, PROV.wasAssociatedWith, reading) == {SOFTWARE}
    assert values(quads, RDF.type, SOFTWARE) == {PROV.SoftwareAgent}
    assert values(quads, SCHEMA.softwareVersion, SOFTWARE) == {Literal(kg.__version__)}
    for made in ("article/paper/a1.txt/1", "graph/article/paper/a1.txt/1"):
        assert values(quads, PROV.wasGeneratedBy, NamedNode(BASE + made)) == {reading}


def test_every_fact_names_its_rule_and_the_rules_have_names_in_both_languages(tmp_path: Path) -> None:
    quads = built(tmp_path, PAGE)
    proofs = {quad.subject for quad in quads if quad.predicate == DJ.status and "/mention/" in quad.subject.value}
    rules = {quad.object for quad in quads if quad.predicate == DJ.rule}
    assert proofs == {quad.subject for quad in quads if quad.predicate == DJ.rule}
    assert NamedNode("https://w3id.org/dangjian/rule/quotation-with-head") in rules
    for rule in rules:
        assert {label.language for label in values(quads, RDFS.label, rule)} == {"zh", "en"}


def test_provenance_costs_few_triples() -> None:
    """One activity a page: two statements more an article and seven a page."""
    prov = [quad for quad in to_page_quads(PAGE) if quad.predicate.value.startswith(PROV.iri)]
    assert len(prov) == 5
    assert sum(quad.predicate.value.startswith(PROV.iri) for quad in to_quads(article())) == 3


def test_no_statement_tells_when_the_program_ran(tmp_path: Path) -> None:
    quads = built(tmp_path, PAGE)
    stamps = {q.object.datatype for q in quads if isinstance(q.object, Literal)}
    assert NamedNode(XSD.iri + "dateTime") not in stamps
    assert values(quads, DCTERMS.modified) == {Literal("2031-05-06", datatype=XSD.date)}


def test_the_description_counts_what_is_there(tmp_path: Path) -> None:
    quads = built(tmp_path, page("a.txt"), page("b.txt", "2030-01-02"))
    data = {q.triple for q in quads if q.graph_name != NamedNode(BASE + "graph/dataset")}
    (triples,), (entities,) = values(quads, VOID.triples), values(quads, VOID.entities)
    assert int(triples.value) == len(data)
    assert int(entities.value) == len({t.subject for t in data if t.subject.value.startswith(BASE)})
    for name in ("Article", "County", "Alliance", "Mention"):
        part = NamedNode(f"{BASE}dataset/{name}")
        assert values(quads, VOID["class"], part) == {DJ[name]}
        (count,) = values(quads, VOID.entities, part)
        assert int(count.value) == len({t.subject for t in data if t.predicate == RDF.type and t.object == DJ[name]})


def test_the_description_names_its_pages_their_newest_date_and_its_version(tmp_path: Path) -> None:
    quads = built(tmp_path, page("a.txt"), page("b.txt", "2030-01-02"), page("c.txt", "壬寅年冬"))
    assert values(quads, DCTERMS.source) == {NamedNode(f"{BASE}page/{name}.txt") for name in "abc"}
    (period,) = values(quads, DCTERMS.temporal)
    assert values(quads, DCAT.startDate, period) == {Literal("2030-01-02", datatype=XSD.date)}
    assert values(quads, DCAT.endDate, period) == {Literal("2031-05-06", datatype=XSD.date)}
    (version,) = values(quads, DCAT.version)
    assert re.fullmatch(r"2031-05-06-[0-9a-f]{8}", version.value)


def test_pages_without_a_date_are_described_all_the_same(tmp_path: Path) -> None:
    quads = built(tmp_path, page("a.txt", ""))
    assert not values(quads, DCTERMS.modified)
    assert len(values(quads, DCAT.version)) == 1


def test_the_licence_is_the_pages_and_is_claimed_only_where_all_share_it(tmp_path: Path) -> None:
    licence = "https://spdx.org/licenses/MIT"
    shared = built(tmp_path / "1", page("a.txt", licence=licence), page("b.txt", licence=licence))
    assert values(shared, DCTERMS.license) == {NamedNode(licence)}
    mixed = built(tmp_path / "2", page("a.txt", licence=licence), page("b.txt"))
    assert not values(mixed, DCTERMS.license)
    assert {text.language for text in values(mixed, DCTERMS.rights)} == {"zh", "en"}


NO_ADDRESS = ["版权所有", "https://x.org/a b", 'https://x.org/"> .', "http://", "javascript:1", "https://[x"]


@pytest.mark.parametrize("licence", NO_ADDRESS)
def test_a_licence_that_is_no_address_is_kept_as_it_is_written(licence: str) -> None:
    quads = to_page_quads(page("a.txt", licence=licence))
    node = NamedNode(BASE + "page/a.txt")
    assert values(quads, DCTERMS.rights, node) == {Literal(licence, language="zh")}
    assert not values(quads, DCTERMS.license, node)


def test_a_rebuild_and_a_build_step_by_step_give_the_same_bytes_as_one_from_scratch(tmp_path: Path) -> None:
    one, two, other = page("a.txt"), page("b.txt", "2033-01-02"), page("a.txt", "2032-02-02")
    scratch = to_nquads(built(tmp_path / "scratch", one, two))
    built(tmp_path / "steps", other)
    built(tmp_path / "steps", other, two, page("c.txt", "2040-01-01"))
    assert to_nquads(built(tmp_path / "steps", one, two)) == scratch
    assert to_nquads(built(tmp_path / "steps", one, two)) == scratch
    assert to_nquads(built(tmp_path / "again", two, one)) == scratch


def test_the_default_graph_of_a_build_step_by_step_is_that_of_one_from_scratch(tmp_path: Path) -> None:
    built(tmp_path / "scratch", page("a.txt"))
    built(tmp_path / "steps", page("a.txt"), page("b.txt", "2033-01-02"))
    built(tmp_path / "steps", page("a.txt"))
    first, second = ({q for q in open_store(tmp_path / name) if "build" not in str(q)} for name in ("scratch", "steps"))
    assert first == second


def test_another_base_leaves_no_description_of_the_former_one(tmp_path: Path) -> None:
    built(tmp_path, page("a.txt"))
    quads = built(tmp_path, page("a.txt"), base="https://example.org/kg/")
    assert {q.subject for q in quads if q.object == DCAT.Dataset} == {NamedNode("https://example.org/kg/dataset")}


def test_another_content_has_another_identifier(tmp_path: Path) -> None:
    def identifier(name: str, case: Page) -> set:
        return values(built(tmp_path / name, case), DCTERMS.identifier)

    assert identifier("a", page("a.txt")) == identifier("b", page("a.txt"))
    assert identifier("a", page("a.txt")) != identifier("c", replace(page("a.txt"), sha256="c" * 64))
    assert identifier("a", page("a.txt")) != identifier("d", page("a.txt", newspaper="泽州晚报"))


def test_the_command_builds_the_same_turtle_at_once_and_page_by_page(kg, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    shutil.copytree(Path(__file__).parents[1] / "data", pages)
    last = sorted(pages.rglob("*.txt"))[-1]
    assert kg("build", pages, "-o", tmp_path / "once").returncode == 0
    aside = last.rename(tmp_path / "aside.txt")
    assert kg("build", pages, "-o", tmp_path / "steps").returncode == 0
    aside.rename(last)
    assert kg("build", pages, "-o", tmp_path / "steps").returncode == 0
    once, steps = ((tmp_path / name / "graph.ttl").read_bytes() for name in ("once", "steps"))
    assert once == steps and b"void:triples" in once
