"""How fast the explorer is: the first picture, ten thousand nodes, and the server over a million triples.

    python benchmarks/explorer.py [--runs 5] [--folder DIR] [--write docs/performance-explorer.md]

Every picture is measured in headless Chromium beside pyvis' default page of the same graph, in the same run: the time
from opening the file to the first painted pixel of the canvas.  pyvis lays the graph out in the browser and shows
nothing before that is done; it is given a minute.  The graph of a million triples is written once into ``--folder``.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import median, quantiles
from urllib.parse import quote

import networkx as nx
from commands import ENVIRONMENT, KG, ROOT
from invented import write_build
from pyvis.network import Network
from selenium import webdriver
from selenium.common.exceptions import TimeoutException

from kg.graph.store import open_store, store_path
from kg.pipeline import build
from kg.serving.snapshot import describe
from kg.views.network import to_network
from kg.views.page import to_html

PATIENCE = 60
"""Seconds that a picture may take."""
MILLION = (1050, 400)
"""Articles and counties of a graph of a million triples."""
TEN_THOUSAND = (345, 130)
"""Articles and counties of a network of ten thousand nodes."""
_PAINTED = """
const look = () => {
  const canvas = document.querySelector("canvas");
  if (canvas && canvas.width) {
    const small = new OffscreenCanvas(64, 64).getContext("2d");
    small.drawImage(canvas, 0, 0, 64, 64);
    if (small.getImageData(0, 0, 64, 64).data.some((value) => value)) { window.paintedAt = performance.now(); return; }
  }
  requestAnimationFrame(look);
};
addEventListener("DOMContentLoaded", look);
"""
_CHOSEN = """const done = arguments[1]; const start = performance.now();
const painted = () => requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
document.addEventListener("chosen", painted, { once: true });
location.hash = encodeURIComponent(arguments[0]);"""
_FRAMES = """const done = arguments[0]; const times = []; let last = performance.now(); let left = 12;
const step = (now) => {
  times.push(now - last); last = now;
  network.moveTo({ position: { x: left * 40, y: 0 }, scale: network.getScale() * (left % 2 ? 1.2 : 1 / 1.2) });
  if (left--) requestAnimationFrame(step); else done(times.slice(2).sort((a, b) => a - b)[5]);
};
requestAnimationFrame(step);"""

Row = tuple[str, str, str, str]


def main() -> None:
    """Measure, print the table, and write it where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5, help="runs of each measure; the table gives medians")
    parser.add_argument("--folder", type=Path, help="where the large graphs are kept from run to run")
    parser.add_argument("--write", type=Path, help="a Markdown file for the table")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        rows = list(measure(folder, given.runs))
    table = to_table(rows, given.runs)
    print(table)
    if given.write:
        given.write.write_text(table, encoding="utf-8", newline="\n")


def measure(folder: Path, runs: int) -> Iterator[Row]:
    """Yield the rows of the table."""
    build([ROOT / "data"], folder / "sample")
    for name, directory in (("the sample", folder / "sample"), ("ten thousand things", folder / "ten-thousand")):
        if not store_path(directory).exists():
            write_build(directory, *TEN_THOUSAND)
        yield from measure_page(name, directory, runs)
    if not store_path(folder / "million").exists():
        write_build(folder / "million", *MILLION)
    yield from measure_server(folder / "million", runs)


def measure_page(name: str, directory: Path, runs: int) -> Iterator[Row]:
    """Yield the first picture of a graph, beside pyvis', and what the hand meets then."""
    store = open_store(directory)
    network = to_network(store)
    size = f"{name}: {len(network):,} nodes, {network.number_of_edges():,} edges"
    ours, theirs = directory / "explorer.html", directory / "pyvis.html"
    ours.write_text(to_html(network, store=store), encoding="utf-8", newline="\n")
    theirs.write_text(to_pyvis(network), encoding="utf-8", newline="\n")
    county = next(node for node, cls in network.nodes(data="cls") if cls == "County")
    pictures, others, chosen, frames = [], [], [], []
    for run in range(runs):
        with browser() as driver:
            pictures.append(first_picture(driver, ours.as_uri()))
            frames.append(driver.execute_async_script(_FRAMES))
            chosen.append(driver.execute_async_script(_CHOSEN, county.partition("/id/")[2]))
        if run == 0 or others[0] < PATIENCE * 1000:
            with browser() as driver:
                others.append(first_picture(driver, theirs.as_uri()))
    yield f"First picture, {size}", *beside(pictures, others)
    yield f"A frame while the picture is moved, {name}", milliseconds(frames), "", ""
    yield f"A county chosen: panel and picture, {name}", milliseconds(chosen), "", ""


def to_pyvis(network: nx.MultiDiGraph) -> str:
    """Return pyvis' default page of the same graph."""
    drawing = Network(directed=True, cdn_resources="in_line")
    for node, data in network.nodes(data=True):
        drawing.add_node(node, label=data["label"], group=data["cls"])
    drawing.edges = [{"from": source, "to": target} for source, target in network.edges()]
    return drawing.generate_html()


@contextmanager
def browser() -> Iterator[webdriver.Chrome]:
    """Give a new Chromium without a network."""
    with tempfile.TemporaryDirectory() as profile:
        options = webdriver.ChromeOptions()
        for argument in ("--headless", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"):
            options.add_argument(argument)
        options.add_argument(f"--user-data-dir={profile}")
        options.add_argument("--window-size=1280,800")
        options.page_load_strategy = "none"  # pyvis' page works before it has loaded
        options.binary_location = shutil.which("chromium") or ""
        driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
        driver.set_script_timeout(PATIENCE)
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": _PAINTED})
        try:
            yield driver
        finally:
            driver.quit()


def first_picture(driver: webdriver.Chrome, address: str) -> float:
    """Return the milliseconds from opening to the first painted pixel; ``PATIENCE`` where there is none by then."""
    end = time.monotonic() + PATIENCE
    driver.get(address)
    while time.monotonic() < end:
        try:
            painted = driver.execute_script("return window.paintedAt || 0")
        except TimeoutException:  # it works on, and hears nothing
            break
        if painted:
            return painted
        time.sleep(0.05)
    return PATIENCE * 1000.0


def measure_server(directory: Path, runs: int) -> Iterator[Row]:
    """Yield how long ``kg serve`` takes for searches and neighbourhoods over HTTP."""
    triples = describe(open_store(directory)).triples
    started = time.monotonic()
    with serving(directory) as get:
        get("/")
        first = time.monotonic() - started
        network = json.loads(get("/api/network")[1])
        get("/api/find?q=a")
        labels = [thing["label"] for thing in network["things"]]
        texts = [*labels[:10], "联盟", "ls", "liangshan", "xinganxian", "共同体", "德", "jf", "党群服务中新"]
        fragments = [thing["fragment"] for thing in Random(1).sample(network["things"], 20)]
        searches = [get(f"/api/find?q={quote(text)}")[0] for text in texts * runs]
        around = [get(f"/api/around/{quote(fragment)}")[0] for fragment in fragments * runs]
    size = f"{triples:,} triples"
    yield f"kg serve, from the command to the first page, {size}", f"{first:.1f} s", "", ""
    yield f"Search, {size}", f"{milliseconds(searches)}, 95 %: {tail(searches):.0f} ms", "", ""
    yield f"Neighbourhood, {size}", f"{milliseconds(around)}, 95 %: {tail(around):.0f} ms", "", ""


@contextmanager
def serving(directory: Path) -> Iterator[Callable[[str], tuple[float, bytes]]]:
    """Run ``kg serve`` and give a function that gets a path: milliseconds and body."""
    command = [*KG, "serve", "-g", str(directory), "--port", "0"]
    process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    port = int(re.search(r":([0-9]+)/", process.stdout.readline())[1])

    def get(path: str) -> tuple[float, bytes]:
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        if response.status != 200:
            raise RuntimeError(f"{path}: {response.status} {body[:200]!r}")
        return (time.perf_counter() - began) * 1000, body

    try:
        yield get
    finally:
        process.terminate()
        process.wait(30)


def beside(ours: list[float], theirs: list[float]) -> tuple[str, str, str]:
    """Return our median, pyvis' and the ratio."""
    late = median(theirs) >= PATIENCE * 1000
    ratio = f"{median(theirs) / median(ours):.1f} ×"
    other = f"nothing after {PATIENCE} s" if late else milliseconds(theirs)
    return milliseconds(ours), other, f"> {ratio}" if late else ratio


def milliseconds(times: list[float]) -> str:
    """Return the median."""
    return f"{median(times):,.0f} ms"


def tail(times: list[float]) -> float:
    """Return what 95 in 100 stay below."""
    return quantiles(times, n=20)[-1]


def to_table(rows: list[Row], runs: int) -> str:
    """Return the table as Markdown."""
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    lines = [
        "# How fast the explorer is",
        "",
        f"Medians of {runs} runs in headless Chromium ({machine}), written by `benchmarks/explorer.py`. Beside them,",
        "from the same run, pyvis' default page of the same graph.",
        "",
        "| | here | pyvis' default page | ratio |",
        "|---|---:|---:|---:|",
        *(f"| {' | '.join(row)} |" for row in rows),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
