"""Write docs/ontology.html, the reference of the ontology in Chinese and English, from ontology/dangjian.ttl.

    python docs/ontology.py

One file without scripts or requests.  A test holds it to what this script would write.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from rdflib import OWL, RDF, RDFS, Graph, Namespace, URIRef

from kg.graph.vocab import PREFIXES

ROOT = Path(__file__).parents[1]
ONTOLOGY = URIRef("https://w3id.org/dangjian/ontology")
DJ = Namespace(PREFIXES["dj"])
SCHEMA = Namespace(PREFIXES["schema"])
DCTERMS, VANN = Namespace(PREFIXES["dcterms"]), Namespace("http://purl.org/vocab/vann/")
_KINDS = (
    ("classes", "类", "Classes", OWL.Class),
    ("relations", "对象属性", "Object properties", OWL.ObjectProperty),
    ("attributes", "数据属性", "Datatype properties", OWL.DatatypeProperty),
)
_CHARACTERS = (
    (OWL.FunctionalProperty, "至多一值", "one value at most"),
    (OWL.InverseFunctionalProperty, "反向至多一值", "one subject at most"),
    (OWL.IrreflexiveProperty, "不指向自身", "never of itself"),
)
_ROWS = (
    ("上位类", "subclass of", RDFS.subClassOf, False),
    ("下位类", "superclass of", RDFS.subClassOf, True),
    ("上位属性", "subproperty of", RDFS.subPropertyOf, False),
    ("主体", "domain", RDFS.domain, False),
    ("主体之一", "domain includes", SCHEMA.domainIncludes, False),
    ("值", "range", RDFS.range, False),
    ("值之一", "range includes", SCHEMA.rangeIncludes, False),
    ("作主体的属性", "in the domain of", RDFS.domain, True),
    ("作值的属性", "in the range of", RDFS.range, True),
)
_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --link: #a3231f; }
@media (prefers-color-scheme: dark) { :root { --link: #ff9b8f; } }
body { font: 16px/1.6 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif;
  max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
h1 { line-height: 1.3; } h2 { margin-top: 3rem; border-bottom: 2px solid var(--line); }
section { border: 1px solid var(--line); border-radius: .5rem; padding: .25rem 1rem .75rem; margin: 1rem 0; }
section:target { outline: 2px solid var(--link); } h3 { margin: .6rem 0 .2rem; }
h3 code { font-size: .85em; font-weight: normal; opacity: .75; margin-left: .5em; }
p { margin: .2rem 0; } dl { display: grid; grid-template-columns: 15rem 1fr; gap: .2rem 1rem; margin: .6rem 0 0; }
dt { opacity: .75; } dd { margin: 0; overflow-wrap: anywhere; } nav p { background: var(--soft); padding: .6rem 1rem; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .4rem; } }
"""


def to_page() -> str:
    """Return the reference as one HTML page."""
    graph = Graph().parse(ROOT / "ontology" / "dangjian.ttl", format="turtle")
    title = _both(graph, ONTOLOGY, DCTERMS.title)
    parts = [
        '<!doctype html>\n<html lang="zh">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{' · '.join(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>",
        f'<h1>{title[0]}<br><span lang="en">{title[1]}</span></h1>',
        *_paragraphs(_both(graph, ONTOLOGY, DCTERMS.description)),
        _facts(graph),
        *(_contents(graph, *kind) for kind in _KINDS),
    ]
    for anchor, zh, en, kind in _KINDS:
        parts.append(f'<h2 id="{anchor}">{zh} · <span lang="en">{en}</span></h2>')
        parts += [_entry(graph, term) for term in _terms(graph, kind)]
    return "\n".join(parts) + "\n</body>\n</html>\n"


def _facts(graph: Graph) -> str:
    rows = [
        ("命名空间", "namespace", f"<code>{escape(str(DJ))}</code>"),
        ("前缀", "preferred prefix", f"<code>{graph.value(ONTOLOGY, VANN.preferredNamespacePrefix)}:</code>"),
        ("版本", "version", _link(graph, graph.value(ONTOLOGY, OWL.versionIRI))),
        ("许可", "licence", _link(graph, graph.value(ONTOLOGY, DCTERMS.license))),
    ]
    return _definitions(rows)


def _contents(graph: Graph, anchor: str, zh: str, en: str, kind: URIRef) -> str:
    links = " · ".join(_link(graph, term) for term in _terms(graph, kind))
    return f'<nav><p><a href="#{anchor}"><b>{zh} <span lang="en">{en}</span></b></a><br>{links}</p></nav>'


def _entry(graph: Graph, term: URIRef) -> str:
    zh, en = _both(graph, term, RDFS.label)
    name = _name(term)
    rows = []
    for row_zh, row_en, relation, back in _ROWS:
        related = graph.subjects(relation, term) if back else graph.objects(term, relation)
        if links := ", ".join(_link(graph, other) for other in sorted(related)):
            rows.append((row_zh, row_en, links))
    apart = sorted({*graph.objects(term, OWL.disjointWith), *graph.subjects(OWL.disjointWith, term)})
    if apart:
        rows.append(("不相交", "disjoint with", ", ".join(_link(graph, other) for other in apart)))
    types = set(graph.objects(term, RDF.type))
    if characters := [f'{c_zh} <span lang="en">{c_en}</span>' for c, c_zh, c_en in _CHARACTERS if c in types]:
        rows.append(("性质", "characteristics", "; ".join(characters)))
    heading = f'<h3>{zh} · <span lang="en">{en}</span><code>{name}</code></h3>'
    comments = "\n".join(_paragraphs(_both(graph, term, RDFS.comment)))
    return f'<section id="{name.removeprefix("dj:")}">\n{heading}\n{comments}\n{_definitions(rows)}\n</section>'


def _definitions(rows: list[tuple[str, str, str]]) -> str:
    lines = "\n".join(f'<dt>{zh} <span lang="en">{en}</span></dt><dd>{value}</dd>' for zh, en, value in rows)
    return f"<dl>\n{lines}\n</dl>"


def _terms(graph: Graph, kind: URIRef) -> list[URIRef]:
    return sorted(term for term in graph.subjects(RDF.type, kind) if str(term).startswith(DJ))


def _both(graph: Graph, node: URIRef, term: URIRef) -> tuple[str, str]:
    """Return the Chinese and the English text."""
    texts = {text.language: escape(str(text)) for text in graph.objects(node, term)}
    return texts["zh"], texts["en"]


def _paragraphs(texts: tuple[str, str]) -> list[str]:
    return [f"<p>{texts[0]}</p>", f'<p lang="en">{texts[1]}</p>']


def _name(term: URIRef) -> str:
    for prefix, iri in PREFIXES.items():
        if str(term).startswith(iri):
            return escape(f"{prefix}:{str(term).removeprefix(iri)}")
    return escape(str(term))


def _link(graph: Graph, term: URIRef) -> str:
    """Return a link to the term on this page, or to where it is defined."""
    name = _name(term)
    if str(term).startswith(DJ):
        return f'<a href="#{name.removeprefix("dj:")}">{name}</a>'
    return f'<a href="{escape(str(term))}">{name}</a>'


def main() -> None:
    """Write the page."""
    (ROOT / "docs" / "ontology.html").write_text(to_page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
