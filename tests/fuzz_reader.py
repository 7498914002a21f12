"""Fuzz the readers with bytes: nothing but PageError is raised, and what is read is whole and grounded.

With atheris (coverage-guided; pip install atheris, on Linux) or, where it is missing, by changing the seeds at random.

    python tests/fuzz_reader.py --seconds 30
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import json
import os
import re
import shutil
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[1]
FIGURES = ROOT / "benchmarks" / "figures" / "fuzz.json"
FORMATS = ("txt", "html", "jsonl", "csv", "zip", "pdf")
_LONGEST = 4000
_MARKS = ("\n", "“", "”", "（", "）", "、", "。", "讯", "县", "\x00", "\u202e", "\ufeff", '"', ",", "<", "%PDF-")
_INSTRUMENTED = ["kg.reading"]


def check(data: bytes) -> int:
    """Read ``data``, a file of the format that its first byte tells, and assert what holds of any file.

    Returns the number of pages that were read.
    """
    from genre import assert_grounded, assert_whole

    from kg.extraction import extract
    from kg.reading import PageError, find_pages, read_page

    read = 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"a.{FORMATS[data[0] % len(FORMATS)] if data else 'txt'}"
        file.write_bytes(data[1:])
        for source in find_pages([file]):
            try:
                page = read_page(source)
            except PageError as error:
                assert re.fullmatch(r"[^\n]+", str(error)), error
                continue
            assert_whole(page)
            assert_grounded(extract(page))
            read += 1
    return read


def seeds() -> Iterator[bytes]:
    """Yield a small file of each format, in front of it the byte that tells which."""
    text = (ROOT / "data" / "pages" / "jining_2022_a.txt").read_text(encoding="utf-8")[:1200]
    row = {"title": text[:20], "text": text, "date": "2022-11-01"}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("青禾/a.txt", text)
        archive.writestr("rows.jsonl", json.dumps(row))
    page = f"<html><head><title>题_报</title></head><body><h1>题</h1><div id=ozoom><p>{text}</p></div></body></html>"
    table = f'标题,正文,日期\n题,"{text}",2022-11-01\n'
    yield b"\0" + text.encode()
    yield b"\0" + text.encode("gb18030")
    yield b"\0" + text.encode("utf-16")
    yield b"\0" + f"---\n日期: 2022-11-01\n---\n{text}".encode()
    yield b"\1" + page.encode()
    yield b"\2" + (json.dumps(row, ensure_ascii=False) + "\n").encode() * 2
    yield b"\3" + table.encode()
    yield b"\4" + packed.getvalue()
    yield b"\5" + _pdf()


def _pdf() -> bytes:
    """Return the smallest PDF with a line of text, its table of places left to the reader to mend."""
    stream = b"BT /F 12 Tf 20 100 Td (Party branch 12) Tj ET"
    return (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F<</Type/Font"
        b"/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n4 0 obj<</Length %d>>stream\n%s\nendstream endobj\n"
        b"trailer<</Root 1 0 R>>\n%%%%EOF\n" % (len(stream), stream)
    )


def mutate(random: Random, data: bytes) -> bytes:
    """Return ``data`` changed in a few places: bytes flipped, stretches cut, doubled or moved, marks put in."""
    for _ in range(random.randint(1, 6)):
        at, end = sorted((random.randrange(len(data) + 1), random.randrange(len(data) + 1)))
        end = min(end, at + 200)
        match random.randrange(5):
            case 0:
                data = data[:at] + random.randbytes(random.randint(1, 4)) + data[at + 1 :]
            case 1:
                data = data[:at] + data[end:]
            case 2:
                data = data[:at] + data[at:end] * random.randint(2, 5) + data[end:]
            case 3:
                data = data[:at] + random.choice(_MARKS).encode() + data[at:]
            case _:
                data = data[end:] + data[at:end] + data[:at]
    return data[:_LONGEST]


def by_mutation(seconds: float, seed: int = 1) -> dict[str, int]:
    """Check mutated seeds for ``seconds``; returns how many, and the pages read.  What fails is printed as hex."""
    random, known = Random(seed), list(seeds())
    counts, until = {"inputs": 0, "pages_read": 0}, time.monotonic() + seconds
    while time.monotonic() < until:
        seed_file = random.choice(known)
        data = seed_file[:1] + mutate(random, seed_file[1:])
        try:
            counts["pages_read"] += check(data)
        except BaseException:
            print(f"Failing input: {data.hex()}", file=sys.stderr)
            raise
        counts["inputs"] += 1
    return counts


def by_atheris(seconds: int, write: bool) -> None:
    """Let atheris look for inputs for ``seconds``; it ends this process, with an error where an input fails."""
    import atheris

    with atheris.instrument_imports(include=_INSTRUMENTED):
        import kg.reading  # noqa: F401
    counts, until = {"inputs": 0, "pages_read": 0}, time.monotonic() + seconds

    def check_one(data: bytes) -> None:
        counts["pages_read"] += check(data)
        counts["inputs"] += 1
        if time.monotonic() > until:
            tell(counts, "atheris", write)
            shutil.rmtree(corpus, ignore_errors=True)
            os._exit(0)  # nothing else leaves its loop without an error

    corpus = tempfile.mkdtemp()
    for number, seed in enumerate(seeds()):
        (Path(corpus) / str(number)).write_bytes(seed)
    atheris.Setup([sys.argv[0], f"-max_len={_LONGEST}", "-verbosity=0", corpus], check_one)
    atheris.Fuzz()


def tell(counts: dict[str, int], found_by: str, write: bool) -> None:
    """Print the counts and, if asked to, write them where the table of reliability takes them from."""
    if write:
        FIGURES.parent.mkdir(exist_ok=True)
        FIGURES.write_text(json.dumps({"by": found_by, **counts, "failures": 0}, indent=1) + "\n", encoding="utf-8")
    print(f"{found_by}: {counts['inputs']} inputs, {counts['pages_read']} pages read, no failure", flush=True)


def main() -> None:
    """Fuzz for a while; the exit code is not 0 where an input fails."""
    parser = argparse.ArgumentParser(description="Fuzz the readers of pages.")
    parser.add_argument("--seconds", type=int, default=30, metavar="N")
    parser.add_argument("--by", choices=("atheris", "mutation"), help="Default: atheris where it is installed.")
    parser.add_argument("--write", action="store_true", help=f"Write the counts to {FIGURES.name}.")
    options = parser.parse_args()
    found_by = options.by or ("atheris" if importlib.util.find_spec("atheris") else "mutation")
    if found_by == "atheris":
        by_atheris(options.seconds, options.write)
    else:
        tell(by_mutation(options.seconds), found_by, options.write)


if __name__ == "__main__":
    main()
