"""The closed vocabulary: every term the graph may use, and nothing else.

A misspelt term raises ``UnknownTerm`` where it is written, not three floors later as an
empty answer.  A test holds ``DJ`` and ``ontology/dangjian.ttl`` to the same terms.
"""

from __future__ import annotations

from pyoxigraph import NamedNode


class UnknownTerm(AttributeError):
    """A name that the vocabulary does not define."""


class Vocabulary:
    """The terms of one namespace, read as attributes: ``DJ.Alliance``.

    :param iri: the namespace IRI.
    :param names: the local names of all its terms, separated by white space.
    """

    def __init__(self, iri: str, names: str) -> None:
        self.iri = iri
        self.names = frozenset(names.split())
        self._terms = {name: NamedNode(iri + name) for name in self.names}
        vars(self).update(self._terms)  # found without a call: an article asks for terms some ten thousand times

    def __getattr__(self, name: str) -> NamedNode:
        """Return the term called ``name``; asked only for what is none.

        :raises UnknownTerm: as the vocabulary has no such term.
        """
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> NamedNode:
        """Return the term called ``name``, for names that are computed."""
        if name not in self.names:
            raise UnknownTerm(f"<{self.iri}> has no term {name!r}; add it to the vocabulary and the ontology first.")
        return self._terms[name]


DJ = Vocabulary(
    "https://w3id.org/dangjian/ontology#",
    """
    Alliance Article Body Component County Cue Division Document Entity Extraction Figure Formula Initiative Measure
    Mechanism Mention Organisation Page Passage Person Place Platform Practice Prefecture Programme Province Rule
    Slogan Theme Zone
    allianceEvidence ambiguous appliesPractice appliesTo approximate byline bylines carriedOutBy caseTally code cue date
    datedTally dateTally documentEvidence elsewhereTally end evidence exact excludes figureEvidence file fingerprint
    formulaEvidence hasAlliance hasComponent hasDocument hasFigure hasMeasure hasMechanism hasMember hasPlatform
    hasProgramme hasSlogan headline inArticle involves issuesDocument item kind label ledBy mayBe mechanismEvidence
    newspaper of onPage operatesPlatform organisationEvidence pageEnd pageNumber pageStart passageTally personEvidence
    placeEvidence platformEvidence position practice practiceEvidence practiceTally printed proclaimsSlogan
    programmeEvidence pursuesTheme refersTo relationEvidence reporter reports role rowTally rule runsProgramme section
    sentence sha256 sloganEvidence start status tally text theme undertakes unit usesAlliance usesMechanism value within
    """,
)
RDF = Vocabulary("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "JSON type")
RDFS = Vocabulary("http://www.w3.org/2000/01/rdf-schema#", "label")
SKOS = Vocabulary("http://www.w3.org/2004/02/skos/core#", "altLabel definition prefLabel")
PROV = Vocabulary(
    "http://www.w3.org/ns/prov#",
    "SoftwareAgent used wasAssociatedWith wasAttributedTo wasDerivedFrom wasGeneratedBy",
)
SCHEMA = Vocabulary("https://schema.org/", "softwareVersion url")
DCTERMS = Vocabulary(
    "http://purl.org/dc/terms/",
    """
    PeriodOfTime conformsTo description identifier isReplacedBy language license modified rights source temporal title
    """,
)
DCAT = Vocabulary("http://www.w3.org/ns/dcat#", "Dataset endDate startDate version")
VOID = Vocabulary(
    "http://rdfs.org/ns/void#",
    "Dataset DatasetDescription class classPartition entities triples uriSpace vocabulary",
)
OWL = Vocabulary("http://www.w3.org/2002/07/owl#", "DatatypeProperty ObjectProperty")
FOAF = Vocabulary("http://xmlns.com/foaf/0.1/", "primaryTopic")
XSD = Vocabulary("http://www.w3.org/2001/XMLSchema#", "anyURI boolean date decimal integer")

PRACTICE = "https://w3id.org/dangjian/practice/"
THEME = "https://w3id.org/dangjian/theme/"
RULE = "https://w3id.org/dangjian/rule/"
SOFTWARE = "https://w3id.org/dangjian/software/"

PREFIXES = {
    "dcat": DCAT.iri,
    "dcterms": DCTERMS.iri,
    "dj": DJ.iri,
    "foaf": FOAF.iri,
    "org": "http://www.w3.org/ns/org#",
    "owl": OWL.iri,
    "practice": PRACTICE,
    "prov": PROV.iri,
    "rdf": RDF.iri,
    "rdfs": RDFS.iri,
    "rule": RULE,
    "schema": SCHEMA.iri,
    "skos": SKOS.iri,
    "theme": THEME,
    "void": VOID.iri,
    "xsd": XSD.iri,
}
