"""Whether ``kg serve`` stays well: an hour's worth of requests in minutes, every answer compared with the store's.

    python benchmarks/soak.py [--minutes 5] [--visitors 16] [--folder DIR] [--write FILE]

Visitors ask one thing after another without a pause: pages, searches, neighbourhoods, canned questions, queries,
queries that must be stopped, and what is refused. Each answer is compared with what the same store says when it is
asked directly, in this process. Meanwhile memory, processes and open files of the server and its workers are counted.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import io
import json
import os
import platform
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import linear_regression, mean
from urllib.parse import quote, urlencode

from served import fetch, processes, serving

from kg.graph.answers import answer, to_csv
from kg.graph.questions import query, questions
from kg.graph.store import open_store, store_path
from kg.pipeline import build
from kg.serving.finding import to_finder
from kg.views.overview import read_catalogue
from kg.views.reading import to_articles, to_fragment

ROOT = Path(__file__).parents[1]
HOUR = 3600
"""Requests of an hour: one a second, which is what some dozen people do."""
EVERY = 2.0
"""Seconds from one look at the processes to the next."""
SECONDS = "5"
"""Time limit of a query: a runaway is stopped after it."""
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
REFUSED = ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "DROP ALL", "SELECT * { ?s ?p")
ROWS = "SELECT ?s ?label { ?s a dj:%s ; rdfs:label ?label } ORDER BY ?s ?label"
CLASSES = ("Alliance", "Mechanism", "Programme", "Platform", "Organisation", "Article", "County")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A request and what tells whether status and body are the right answer."""

    kind: str
    path: str
    query: str | None = None
    is_right: Callable[[int, bytes], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the server and its workers have at one moment: bytes of memory, processes, open files of the server."""

    at: float
    memory: int
    server_memory: int
    processes: int
    files: int


def main() -> None:
    """Soak, print what was found, and write it where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=5, help="how long")
    parser.add_argument("--visitors", type=int, default=16, help="how many ask at once")
    parser.add_argument("--folder", type=Path, required=True, help="the build; made of the sample where it is missing")
    parser.add_argument("--write", type=Path, help="a JSON file for the figures")
    given = parser.parse_args()
    if not store_path(given.folder).exists():
        build([ROOT / "data"], given.folder)
    figures = asyncio.run(soak(given.folder, given.minutes * 60, given.visitors))
    text = json.dumps(figures, indent=1, sort_keys=True) + "\n"
    print(text)
    if given.write:
        given.write.parent.mkdir(parents=True, exist_ok=True)
        given.write.write_text(text, encoding="utf-8", newline="\n")


async def soak(folder: Path, seconds: float, visitors: int) -> dict:
    """Return the figures of a soak of ``seconds``."""
    cases = list(to_cases(folder))
    counts, looks = Counter(), []
    with serving(folder, "--timeout", SECONDS) as server:
        for case in cases[:20]:  # the server makes its explorer
            await fetch(server.port, case.path, case.query)
        await fetch(server.port, "/api/find?q=a")  # the workers of the search are there
        before = look(server.process)
        stop = time.monotonic() + seconds
        asking = [visit(server.port, cases, Random(number), counts, stop) for number in range(visitors)]
        watching = asyncio.ensure_future(watch(server.process, looks))
        await asyncio.gather(*asking)
        watching.cancel()
        await asyncio.sleep(2 * float(SECONDS))
        after = look(server.process)
    requests = sum(counts[kind] for kind in {case.kind for case in cases})
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "seconds": round(seconds),
        "visitors": visitors,
        "requests": requests,
        "hours": round(requests / HOUR, 1),
        "busy": counts["busy"],
        "wrong": counts["wrong"],
        "by_kind": {kind: counts[kind] for kind in sorted({case.kind for case in cases})},
        "server_mib_per_1000_requests": round(slope(looks) * seconds / max(1, requests) * 1000 / 2**20, 3),
        "server_mib": [round(before.server_memory / 2**20, 1), round(after.server_memory / 2**20, 1)],
        "memory_mib": [round(before.memory / 2**20, 1), round(after.memory / 2**20, 1)],
        "processes": [before.processes, after.processes],
        "files": [before.files, after.files],
    }


def to_cases(folder: Path) -> Iterator[Case]:
    """Yield the requests, each with the answer that the store gives when it is asked directly."""
    store = open_store(folder)
    for known in questions():
        table = to_csv(answer(store, known.name, {}), bom=True).encode("utf-8")
        yield Case(kind="question", path=f"/api/questions/{known.name}?format=csv", is_right=same(table))
    for cls in CLASSES:
        rows = [[term.value for term in solution] for solution in query(store, ROWS % cls)]
        path = "/sparql?" + urlencode({"query": ROWS % cls, "format": "csv"})
        yield Case(kind="query", path=path, is_right=has_rows(rows))
        text = f"SELECT (COUNT(*) AS ?n) {{ ?s a dj:{cls} }}"
        (count,) = query(store, text)
        yield Case(kind="posted query", path="/sparql?format=csv", query=text, is_right=has_rows([[count[0].value]]))
    for found in to_articles(store, None):
        path = f"/api/articles/{quote(found['id'].removeprefix('article/'))}"
        yield Case(kind="article", path=path, is_right=is_json(found))
    catalogue = read_catalogue(store)
    finder = to_finder(catalogue)
    for entry in Random(1).sample(list(catalogue.entries.values()), min(40, len(catalogue.entries))):
        hits = [finder.things[hit][0] for hit in finder.find(entry.label)[:40]]
        yield Case(kind="search", path=f"/api/find?q={quote(entry.label)}", is_right=has_hits(hits))
        path = f"/api/around/{quote(to_fragment(entry.iri))}?limit=5"
        yield Case(kind="neighbourhood", path=path, is_right=names(entry.label))
    yield Case(kind="runaway", path="/sparql", query=RUNAWAY, is_right=lambda status, body: status == 500)
    for text in REFUSED:
        yield Case(kind="refused", path="/sparql", query=text, is_right=lambda status, body: status == 400)
    yield Case(kind="missing", path="/id/nothing", is_right=lambda status, body: status == 404)


def same(expected: bytes) -> Callable[[int, bytes], bool]:
    """Return what tells whether a body is ``expected``."""
    return lambda status, body: status == 200 and body == expected


def has_rows(rows: list[list[str]]) -> Callable[[int, bytes], bool]:
    """Return what tells whether a body is CSV with these rows."""
    return lambda status, body: status == 200 and list(csv.reader(io.StringIO(body.decode(), newline="")))[1:] == rows


def is_json(expected: object) -> Callable[[int, bytes], bool]:
    """Return what tells whether a body is this as JSON."""
    text = json.dumps(expected)  # tuples become lists
    return lambda status, body: status == 200 and json.loads(body) == json.loads(text)


def has_hits(fragments: list[str]) -> Callable[[int, bytes], bool]:
    """Return what tells whether a search found these things, in this order."""
    return lambda status, body: status == 200 and [hit["fragment"] for hit in json.loads(body)["items"]] == fragments


def names(label: str) -> Callable[[int, bytes], bool]:
    """Return what tells whether a neighbourhood is that of a thing with this label."""
    return lambda status, body: status == 200 and label in {thing["label"] for thing in json.loads(body)["things"]}


async def visit(port: int, cases: list[Case], random: Random, counts: Counter, stop: float) -> None:
    """Ask one thing after another until ``stop``; who is told to come again does so."""
    while time.monotonic() < stop:
        case = random.choice(cases)
        status, body = await fetch(port, case.path, case.query)
        counts[case.kind] += 1
        if status == 503:
            counts["busy"] += 1
        elif not case.is_right(status, body):
            counts["wrong"] += 1
            print(f"wrong: {case.path} {case.query or ''}: {status} {body[:200]!r}")


async def watch(process: int, looks: list[Look]) -> None:
    """Look at the server again and again."""
    while True:
        await asyncio.sleep(EVERY)
        looks.append(look(process))


def look(process: int) -> Look:
    """Return what the server with this number and its workers have now."""
    found = processes(process)
    memory = {number: resident(number) for number in found}
    files = len(os.listdir(f"/proc/{process}/fd"))
    return Look(
        at=time.monotonic(),
        memory=sum(memory.values()),
        server_memory=memory[process],
        processes=len(found),
        files=files,
    )


def resident(process: int) -> int:
    """Return the bytes of memory that a process has to itself or shares; 0 where it has just ended."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def slope(looks: list[Look]) -> float:
    """Return the growth of the server's memory in the second half, bytes a second."""
    half = looks[len(looks) // 2 :]
    if len(half) < 2:
        return 0.0
    start = mean(one.at for one in half)
    return linear_regression([one.at - start for one in half], [one.server_memory for one in half]).slope


if __name__ == "__main__":
    main()
