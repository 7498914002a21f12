"""Where statements come from (PROV-O): one activity a page, carried out by this program, in no time but the page's own.

A mention derives from its article, the article from its page, and both were made by the extraction of that page; the
rule that proposed a fact stands at its mention.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

import kg
from kg.graph.iri import extraction_iri, page_iri, to_segment
from kg.graph.vocab import DJ, PROV, RDF, RDFS, RULE, SCHEMA, SOFTWARE


def software_iri() -> NamedNode:
    """Return the IRI of this version of the program."""
    return NamedNode(SOFTWARE + to_segment(kg.__version__))


def rule_iri(rule: str) -> NamedNode:
    """Return the IRI of an extraction rule."""
    return NamedNode(RULE + to_segment(rule.replace(" ", "-")))


def to_software_triples() -> Iterator[Triple]:
    """Yield the program as a software agent, with its version."""
    node = software_iri()
    yield Triple(node, RDF.type, PROV.SoftwareAgent)
    yield Triple(node, RDFS.label, Literal(f"dangjian-kg {kg.__version__}", language="en"))
    yield Triple(node, SCHEMA.softwareVersion, Literal(kg.__version__))


def to_extraction_triples(base: str, file: str) -> Iterator[Triple]:
    """Yield the activity that read the page ``file``, and who carried it out."""
    node = extraction_iri(base, file)
    yield Triple(node, RDF.type, DJ.Extraction)
    yield Triple(node, RDFS.label, Literal(f"抽取 {file}", language="zh"))
    yield Triple(node, PROV.used, page_iri(base, file))
    yield Triple(node, PROV.wasAssociatedWith, software_iri())
    yield from to_software_triples()
