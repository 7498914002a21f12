"""The checks of a graph find what is wrong and nothing else."""

from __future__ import annotations

from dataclasses import replace

from pyoxigraph import Literal, NamedNode, Quad, Store
from test_graph_sample import TEXT, article

from kg.graph.iri import BASE
from kg.graph.mapping import to_page_quads
from kg.graph.validation import check, check_grounding, check_shapes, check_vocabulary
from kg.graph.vocab import DJ, XSD
from kg.model import Page

PAGE = Page(file="paper/a1.txt", sha256="a" * 64, text=TEXT, articles=(article(),))
MENTION = NamedNode(BASE + "mention/paper/a1.txt/1/3-13/x")


def store_of(page: Page, *more: Quad) -> Store:
    store = Store()
    quads = [*to_page_quads(page), *more]
    store.extend([*quads, *(Quad(q.subject, q.predicate, q.object) for q in quads)])
    return store


def wrong(subject: str, predicate: NamedNode, value: object) -> Quad:
    return Quad(NamedNode(BASE + subject), predicate, value, NamedNode(BASE + "graph/article/paper/a1.txt/1"))


def test_a_sound_graph_has_no_findings() -> None:
    assert check(store_of(PAGE), [PAGE]) == []


def test_a_shape_that_does_not_hold_is_found() -> None:
    broken = wrong("county/990821/云溪县", DJ.code, Literal("12"))
    findings = check_shapes(store_of(PAGE, broken))
    assert findings and {f.subject for f in findings} == {BASE + "county/990821/云溪县"}
    assert {f.message.partition(":")[0] for f in findings} == {"code", "codes"}


def test_a_page_that_has_changed_is_found() -> None:
    (finding,) = check_grounding(store_of(PAGE), [replace(PAGE, sha256="b" * 64)])
    assert finding.subject == "paper/a1.txt" and "changed" in finding.message


def test_a_page_that_is_missing_is_found() -> None:
    (finding,) = check_grounding(store_of(PAGE), [])
    assert "not among" in finding.message


def test_evidence_that_the_page_does_not_hold_is_found() -> None:
    findings = check_grounding(store_of(PAGE), [replace(PAGE, text="。" + TEXT)])
    assert len(findings) > 5 and all("The page has no" in f.message for f in findings)


def test_evidence_that_the_article_does_not_hold_is_found() -> None:
    subject = "cue/paper/a1.txt/1/0-2/by"
    cue = [
        wrong(subject, DJ.inArticle, NamedNode(BASE + "article/paper/a1.txt/1")),
        wrong(subject, DJ.exact, Literal("虚构", language="zh")),
        *(wrong(subject, term, Literal("0", datatype=XSD.integer)) for term in (DJ.start, DJ.pageStart)),
        *(wrong(subject, term, Literal("2", datatype=XSD.integer)) for term in (DJ.end, DJ.pageEnd)),
    ]
    assert {f.subject for f in check_grounding(store_of(PAGE, *cue), [PAGE])} == {BASE + subject}


def test_line_wraps_of_the_page_do_not_count() -> None:
    runs = ((0, 0), (5, 7))
    case = article(source=replace(article().source, runs=runs))
    wrapped = replace(PAGE, text=TEXT[:5] + "\n\n" + TEXT[5:], articles=(case,))
    assert check_grounding(store_of(wrapped), [wrapped]) == []


def test_a_term_that_the_ontology_lacks_is_found() -> None:
    stray = wrong("county/990821/云溪县", NamedNode(DJ.iri + "usesAliance"), NamedNode(BASE + "x"))
    assert [f.subject for f in check_vocabulary(store_of(PAGE, stray))] == [DJ.iri + "usesAliance"]
