"""Serialisation: stable bytes, readable, the same triples for every parser."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse
from test_graph_sample import CLOUD, PEAK, article

from kg.graph import turtle
from kg.graph.iri import BASE, to_segment
from kg.graph.mapping import to_quads
from kg.graph.turtle import NotWritable, UnknownFormat, to_rdfxml, to_turtle, write_rdf
from kg.graph.vocab import DJ, RDF, RDFS

SUFFIXES = ("ttl", "nt", "nq", "trig", "jsonld", "rdf")
HOSTILE = 'a" . <x:y> <x:y> "b\n"""\\ \u0001\u2028 }}> @prefix dj: <x:> .'


def sample_quads() -> list[Quad]:
    cases = [article("p.txt", number, county) for number, county in enumerate((CLOUD, PEAK), 1)]
    return [quad for case in cases for quad in to_quads(case)]


def triples() -> set[Triple]:
    return {quad.triple for quad in sample_quads()}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_any_order_of_triples_gives_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    quads = sample_quads()
    write_rdf(quads, tmp_path / f"one.{suffix}")
    random.Random(3).shuffle(quads)
    write_rdf([*quads, quads[0]], tmp_path / f"two.{suffix}")
    assert (tmp_path / f"one.{suffix}").read_bytes() == (tmp_path / f"two.{suffix}").read_bytes()


def test_turtle_reads_class_first_with_chinese_names_under_the_base() -> None:
    text = to_turtle(triples()).decode()
    assert text.startswith(f"@base <{BASE}> .\n@prefix dj: <{DJ.iri}> .\n")
    name = "“青禾”产业党建联盟"
    assert f'\n\n<alliance/990821/{name}> a dj:Alliance ;\n\trdfs:label "{name}"@zh ;\n' in text


def test_pyoxigraph_and_rdflib_read_the_triples_that_were_written() -> None:
    data = to_turtle(triples())
    assert {quad.triple for quad in parse(data, RdfFormat.TURTLE)} == triples()
    assert len(rdflib.Graph().parse(data=data, format="turtle")) == len(triples())


@pytest.mark.skipif(shutil.which("rapper") is None, reason="rapper (raptor2-utils) is not installed")
@pytest.mark.parametrize(("suffix", "syntax"), [("ttl", "turtle"), ("rdf", "rdfxml"), ("nt", "ntriples")])
def test_rapper_reads_as_many_triples(tmp_path: Path, suffix: str, syntax: str) -> None:
    file = tmp_path / f"graph.{suffix}"
    write_rdf(sample_quads(), file)
    run = subprocess.run(["rapper", "-q", "-i", syntax, "-o", "ntriples", file], capture_output=True, check=True)
    assert len(set(parse(run.stdout, RdfFormat.N_TRIPLES))) == len(triples())


@pytest.mark.parametrize("suffix", ["nq", "trig"])
def test_dataset_formats_keep_the_named_graphs(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"graph.{suffix}"
    write_rdf(sample_quads(), file)
    assert set(parse(path=file)) == set(sample_quads())


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_no_text_breaks_out_of_turtle(text: str) -> None:
    node = NamedNode(f"{BASE}slogan/990821/{to_segment(text)}")
    written = {Triple(node, RDF.type, DJ.Slogan), Triple(node, RDFS.label, Literal(text, language="zh"))}
    data = to_turtle(written)
    assert {quad.triple for quad in parse(data, RdfFormat.TURTLE)} == written
    assert len(rdflib.Graph().parse(data=data, format="turtle")) == 2


def test_a_text_that_looks_like_turtle_stays_a_text() -> None:
    node = NamedNode(BASE + "slogan/990821/" + to_segment(HOSTILE))
    written = {Triple(node, RDFS.label, Literal(HOSTILE, language="zh"))}
    assert {quad.triple for quad in parse(to_turtle(written), RdfFormat.TURTLE)} == written


def test_rdf_xml_refuses_a_control_character_with_the_way_out() -> None:
    node = NamedNode(BASE + "slogan/990821/a")
    with pytest.raises(NotWritable, match=r"\.ttl"):
        to_rdfxml([Triple(node, RDFS.label, Literal("a\u0001"))])


def test_an_unknown_ending_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat, match=r"\.ttl"):
        write_rdf(sample_quads(), tmp_path / "graph.xyz")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", ["ttl", "nt", "nq", "trig", "rdf"])
def test_a_graph_that_does_not_fit_in_memory_gives_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    write_rdf(sample_quads(), tmp_path / f"one.{suffix}")
    monkeypatch.setattr(turtle, "_IN_MEMORY", 20)
    quads = list(sample_quads())
    write_rdf([*quads[::-1], *quads[:30]], tmp_path / f"two.{suffix}")
    assert (tmp_path / f"one.{suffix}").read_bytes() == (tmp_path / f"two.{suffix}").read_bytes()
