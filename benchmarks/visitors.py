"""How long visitors wait while one of them is hostile: two hundred at once, calm and attacked in turn.

    python benchmarks/visitors.py [--visitors 200] [--seconds 15] [--rounds 3] [--folder DIR] [--write FILE]

Every visitor looks at something, thinks, and looks at the next thing: pages, searches, neighbourhoods, questions,
light queries. One of them is hostile and keeps ``--at-once`` requests of one kind of attack going all the time. Each
attack is measured beside a calm stretch of the same run, so that the ratio says what the attack costs the others; once
with an address for each visitor, and once with one for all of them, as behind a web server that names nobody.

The hostile visitor is a process of its own.  Where there are few cores it takes from the server what it uses itself:
that share is in the figures.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import Process
from pathlib import Path
from random import Random
from statistics import mean, median, quantiles
from urllib.parse import quote, urlencode

from served import HERE, ask, serving

from kg.graph.store import open_store, store_path
from kg.pipeline import build
from kg.serving.addresses import Addresses
from kg.serving.snapshot import describe
from kg.views.overview import Catalogue, read_catalogue
from kg.views.reading import to_fragment

ROOT = Path(__file__).parents[1]
THINK = 4.0
"""Mean seconds between a visitor's requests."""
LIGHT = (
    "SELECT ?a { ?a a dj:Alliance } LIMIT 20",
    "SELECT ?c (COUNT(?a) AS ?n) { ?c dj:usesMechanism ?a } GROUP BY ?c ORDER BY DESC(?n) LIMIT 10",
    "ASK { ?a a dj:Article }",
)
HEAVY = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c",
    "SELECT (GROUP_CONCAT(?c) AS ?t) { ?a ?b ?c . ?d ?e ?f }",
    "SELECT (COUNT(*) AS ?n) { ?a (!<x:a>|!^<x:a>)* ?b . ?b (!<x:a>|!^<x:a>)* ?c }",
)
LARGE = (
    "SELECT * " + "{" * 20_000 + "}" * 20_000,
    "SELECT * { VALUES ?x { " + " ".join(f'"{n:020d}"' for n in range(40_000)) + " } }",
)
PAGE = "/sparql?" + urlencode({"query": "SELECT * { ?a ?b ?c } LIMIT 500", "format": "html"})
SEARCHES = ("hgzeliisazaznhosuneeloahznix", "lianmen xian quu", "a b c d", "党 建 联 盟", "luoxusxzuzohsninsnxnauxauh")

ADDRESSES = ("own", "one")
"""Whether visitors have addresses of their own, or one for all, the hostile one among them."""
HOSTILE = "127.9.9.9"

Attack = Callable[["Target", Random], Awaitable[None]]
"""What a hostile visitor does once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A served graph: where it is, and the paths that visitors look at, by what they are."""

    port: int
    paths: dict[str, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is attacked, and the address of who attacks."""

    site: Site
    address: str

    async def ask(self, path: str, query: str | None = None) -> int:
        """Return the status of an answer; arguments and errors as of ``served.ask``."""
        return await ask(self.site.port, path, query, address=self.address)


@dataclass(slots=True)
class Waits:
    """How long answers took, in seconds, by what was asked, and how many requests had none.

    ``hostile`` is how many processors the hostile client itself kept busy.
    """

    taken: dict[str, list[float]] = field(default_factory=dict)
    unanswered: int = 0
    hostile: float = 0.0

    def all(self) -> list[float]:
        """Return all of them."""
        return [seconds for taken in self.taken.values() for seconds in taken]


def main() -> None:
    """Measure, print the table, and write the figures where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--visitors", type=int, default=200, help="how many look at once, the hostile one among them")
    parser.add_argument("--seconds", type=float, default=15, help="length of a stretch, calm or attacked")
    parser.add_argument("--rounds", type=int, default=3, help="stretches of each kind; the table gives their medians")
    parser.add_argument("--at-once", type=int, default=6, help="requests it keeps going; 6 as a browser does")
    parser.add_argument("--attack", choices=ATTACKS, action="append", help="this attack only; may be repeated")
    parser.add_argument("--addresses", choices=ADDRESSES, action="append", help="whose addresses; both by default")
    parser.add_argument("--folder", type=Path, required=True, help="the build; made of the sample where it is missing")
    parser.add_argument("--write", type=Path, help="a JSON file for the figures")
    given = parser.parse_args()
    if not store_path(given.folder).exists():
        build([ROOT / "data"], given.folder)
    figures = asyncio.run(measure(given))
    print(to_table(figures))
    if given.write:
        given.write.parent.mkdir(parents=True, exist_ok=True)
        given.write.write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n", encoding="utf-8", newline="\n")


async def measure(given: argparse.Namespace) -> dict:
    """Return the figures of all attacks, each beside calm stretches of the same run."""
    store = open_store(given.folder)
    described = describe(store)
    paths = to_paths(read_catalogue(store), Addresses(described.base))
    rows = []
    with serving(given.folder) as server:
        site = Site(port=server.port, paths=paths)
        for addresses in given.addresses or ADDRESSES:
            await stretch(site, given, "", addresses, 0)  # the server makes its explorer, the caches fill
            for name in given.attack or ATTACKS:
                calm, attacked = [], []
                for number in range(given.rounds):
                    calm.append(await stretch(site, given, "", addresses, number))
                    attacked.append(await stretch(site, given, name, addresses, number))
                rows.append(to_row(name, addresses, calm, attacked))
                print(to_line(rows[-1]), flush=True)
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "visitors": given.visitors,
        "at_once": given.at_once,
        "seconds": given.seconds,
        "rounds": given.rounds,
        "triples": described.triples,
        "attacks": rows,
    }


def to_paths(catalogue: Catalogue, addresses: Addresses) -> dict[str, list[str]]:
    """Return what visitors look at, by what it is."""
    things = Random(1).sample(list(catalogue.entries.values()), min(60, len(catalogue.entries)))
    fragments = [quote(to_fragment(thing.iri)) for thing in things]
    pages = [addresses.to_path(thing.iri) for thing in things]
    return {
        "page of a thing": [f"{page}.html" for page in pages],
        "search": [f"/api/find?q={quote(thing.label[:4])}" for thing in things],
        "neighbourhood": [f"/api/around/{fragment}" for fragment in fragments],
        "question": [f"/api/questions/{name}?limit=20" for name in ("alliances", "formulas", "shared-practices")],
        "light query": ["/sparql?" + urlencode({"query": query}) for query in LIGHT],
        "limits": ["/api/limits"],
    }


async def stretch(site: Site, given: argparse.Namespace, attack: str, addresses: str, number: int) -> Waits:
    """Return how long the visitors waited in one stretch; the hostile one is a process of its own."""
    waits = Waits()
    stop = time.monotonic() + given.seconds + 1
    visitors = [
        visit(site, Random(1000 * number + at), to_address(addresses, at), waits, stop)
        for at in range(given.visitors - 1)
    ]
    target = Target(site=site, address=HERE if addresses == "one" else HOSTILE)
    hostile = Process(target=be_hostile, args=(attack, target, given.at_once)) if attack else None
    if hostile:
        hostile.start()
    await asyncio.sleep(1)
    await asyncio.gather(*visitors)
    if hostile:
        waits.hostile = worked(hostile.pid) / (given.seconds + 1)
        hostile.terminate()
        hostile.join()
    await asyncio.sleep(2)  # what it left behind ends
    return waits


def to_address(addresses: str, number: int) -> str:
    """Return the address of the visitor with this number."""
    return HERE if addresses == "one" else f"127.1.{number // 250}.{number % 250 + 1}"


async def visit(site: Site, random: Random, address: str, waits: Waits, stop: float) -> None:
    """Look at one thing after another until ``stop``."""
    await asyncio.sleep(random.uniform(0, THINK))
    while time.monotonic() < stop:
        kind = random.choice(list(site.paths))
        began = time.perf_counter()
        try:
            status = await ask(site.port, random.choice(site.paths[kind]), address=address)
        except OSError:
            status = 0
        waits.taken.setdefault(kind, []).append(time.perf_counter() - began)
        waits.unanswered += status != 200
        await asyncio.sleep(min(random.uniform(0, 2 * THINK), max(0.0, stop - time.monotonic())))


def be_hostile(attack: str, target: Target, at_once: int) -> None:
    """Attack until the process is ended."""

    async def attack_all() -> None:
        await asyncio.gather(*(repeat(ATTACKS[attack], target, Random(at)) for at in range(at_once)))

    asyncio.run(attack_all())


async def repeat(attack: Attack, target: Target, random: Random) -> None:
    """Attack again and again."""
    while True:
        with suppress(OSError):
            await attack(target, random)
        await asyncio.sleep(0.01)


async def send_runaway(target: Target, random: Random) -> None:
    """Send a query that does not end by itself."""
    await target.ask("/sparql", random.choice(HEAVY))


async def send_large(target: Target, random: Random) -> None:
    """Send a query of a megabyte, deeply nested or with tens of thousands of values."""
    await target.ask("/sparql", random.choice(LARGE))


async def search_long(target: Target, random: Random) -> None:
    """Search for what takes longest."""
    await target.ask(f"/api/find?q={quote(random.choice(SEARCHES))}")


async def ask_all(target: Target, random: Random) -> None:
    """Ask for whole pages and whole answers, as fast as they come."""
    await target.ask(random.choice(("/", "/api/things?limit=5000", "/api/questions/mechanisms", "/api/network")))


async def ask_pages(target: Target, random: Random) -> None:
    """Ask for pages, neighbourhoods and lists of articles, as fast as they come."""
    paths = target.site.paths["page of a thing"] + target.site.paths["neighbourhood"]
    await target.ask(random.choice((random.choice(paths), "/ontology.html", "/api/articles", PAGE)))


async def ask_much(target: Target, _: Random) -> None:
    """Ask for something small, as fast as it comes."""
    await target.ask("/api/limits")


async def hold(target: Target, random: Random) -> None:
    """Open a hundred connections that say a byte a second."""
    own = None if target.address == HERE else (target.address, 0)
    pairs = [await asyncio.open_connection(HERE, target.site.port, local_addr=own) for _ in range(100)]
    try:
        for _ in range(30):
            for reader, writer in pairs:
                if not reader.at_eof() and not writer.is_closing():
                    writer.write(b"G")
            await asyncio.sleep(1)
    finally:
        for _, writer in pairs:
            writer.close()


ATTACKS: dict[str, Attack] = {
    "runaway queries": send_runaway,
    "large queries": send_large,
    "long searches": search_long,
    "whole answers": ask_all,
    "pages": ask_pages,
    "small requests": ask_much,
    "held connections": hold,
}


def to_row(name: str, addresses: str, calm: list[Waits], attacked: list[Waits]) -> dict:
    """Return the figures of one attack; times in milliseconds."""
    before, during = (median(median(waits.all()) for waits in some) * 1000 for some in (calm, attacked))
    pairs = [median(b.all()) / median(a.all()) for a, b in zip(calm, attacked)]
    kinds = {
        kind: [round(median(sum((w.taken.get(kind, []) for w in some), [])) * 1000, 1) for some in (calm, attacked)]
        for kind in sorted(calm[0].taken)
    }
    return {
        "attack": name,
        "addresses": addresses,
        "requests": sum(len(waits.all()) for waits in (*calm, *attacked)),
        "calm_ms": round(before, 1),
        "attacked_ms": round(during, 1),
        "ratio": round(median(pairs), 2),
        "calm_95_ms": round(_tail(calm) * 1000),
        "attacked_95_ms": round(_tail(attacked) * 1000),
        "unanswered": sum(waits.unanswered for waits in (*calm, *attacked)),
        "hostile_processors": round(mean(waits.hostile for waits in attacked), 2),
        "kinds": kinds,
    }


def worked(process: int) -> float:
    """Return the seconds of the processor that a process has had; 0 where the system does not say."""
    try:
        said = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")


def _tail(some: list[Waits]) -> float:
    return quantiles([seconds for waits in some for seconds in waits.all()], n=20)[-1]


def to_table(figures: dict) -> str:
    """Return the table as Markdown."""
    lines = [
        f"{figures['visitors']} visitors at once, one hostile with {figures['at_once']} requests at once; "
        f"{figures['triples']:,} triples; {figures['machine']}",
        "",
        "| attack | addresses | calm | attacked | ratio | 95 % calm | 95 % attacked | requests | unanswered "
        "| processors of the hostile client |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    return "\n".join([*lines, *map(to_line, figures["attacks"])])


def to_line(row: dict) -> str:
    """Return a line of the table."""
    times = f"{row['calm_ms']:,} ms | {row['attacked_ms']:,} ms | {row['ratio']:.2f} ×"
    tails = f"{row['calm_95_ms']:,} ms | {row['attacked_95_ms']:,} ms"
    counted = f"{row['requests']:,} | {row['unanswered']} | {row['hostile_processors']:g}"
    return f"| {row['attack']} | {row['addresses']} | {times} | {tails} | {counted} |"


if __name__ == "__main__":
    main()
