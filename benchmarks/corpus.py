"""A corpus of any size: the sample pages' paragraphs and names dealt out anew over all counties of the gazetteer.

Every page is a page as PDF extraction leaves it: an imprint, seven articles one below the other, each wrapped hard, its
headline above or below.  The same seed gives the same bytes, and the first pages of a larger corpus are those of a
smaller one.

    python benchmarks/corpus.py FOLDER --articles 1000
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from kg.extraction.gazetteer import load_gazetteer, short_name
from kg.model import County
from kg.reading import find_pages, read_page

SAMPLE = Path(__file__).parents[1] / "data"
ARTICLES_A_PAGE = 7
_PARAGRAPHS, _WIDTH, _FOLDER_PAGES = 6, 25, 100
_DATELINE = re.compile(r"本报(\w+)讯（.*）")
_QUOTED = re.compile(r"“([^“”一二两三四五六七八九十百千\d、，。+—]{2,4})”")


@dataclass(frozen=True, slots=True)
class _Material:
    """What the sample offers: opening and further paragraphs with the county they speak of, headlines, quoted names."""

    openings: tuple[tuple[str, County], ...]
    paragraphs: tuple[tuple[str, County], ...]
    headlines: tuple[tuple[str, County], ...]
    names: dict[int, tuple[str, ...]]
    counties: tuple[County, ...]


def write_corpus(folder: Path, articles: int, seed: int = 1) -> int:
    """Write pages with ``articles`` articles under ``folder`` and return how many bytes they have."""
    size = 0
    for number, text in enumerate(pages(articles, seed)):
        file = folder / f"{number // _FOLDER_PAGES:04}" / f"page{number:06}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        size += file.write_bytes(text.encode())
    return size


def pages(articles: int, seed: int = 1) -> Iterator[str]:
    """Yield the texts of as many pages as hold ``articles`` articles; the last may have fewer than the others."""
    material = _read_material()
    for number, first in enumerate(range(0, articles, ARTICLES_A_PAGE)):
        random = Random(f"{seed}/{number}")
        count = min(ARTICLES_A_PAGE, articles - first)
        imprint = f"Ａ3 2022年{random.randint(1, 12)}月{random.randint(1, 28)}日  责任编辑 邵文博"
        yield "\n\n".join([imprint, *(_article(random, material) for _ in range(count))]) + "\n"


def _article(random: Random, material: _Material) -> str:
    county = random.choice(material.counties)
    parts = [random.choice(material.openings), *random.sample(material.paragraphs, _PARAGRAPHS - 1)]
    renamed = [_rename(random, material, _moved(text, told, county)) for text, told in parts]
    headline = _moved(*random.choice(material.headlines), county)
    body = "\n\n".join(map(_wrapped, renamed))
    return f"{headline}\n\n{body}" if random.random() < 0.5 else f"{body}\n\n{headline}"


def _moved(text: str, told: County, county: County) -> str:
    """Return what was told of one county as if it were another's."""
    text = text.replace(told.name, county.name).replace(short_name(told.name), short_name(county.name))
    if told.prefecture and county.prefecture:
        text = text.replace(told.prefecture, county.prefecture)
    return text


def _rename(random: Random, material: _Material, text: str) -> str:
    """Return the text with its quoted names exchanged for others of the same length."""
    return _QUOTED.sub(lambda name: f"“{random.choice(material.names[len(name[1])])}”", text)


def _wrapped(paragraph: str) -> str:
    return "\n".join(paragraph[at : at + _WIDTH] for at in range(0, len(paragraph), _WIDTH))


def _read_material() -> _Material:
    openings, paragraphs, headlines, names = [], [], [], set()
    gazetteer = load_gazetteer()
    for page in map(read_page, find_pages([SAMPLE])):
        for article in page.articles:
            parts = {part.role: page.text[part.start : part.end] for part in article.source.parts}
            dateline = _DATELINE.match(parts.get("dateline", ""))
            if not dateline or "headline" not in parts or dateline[1] not in gazetteer.by_name:
                continue
            told = gazetteer.named(dateline[1])[0].county
            first, *others = (article.text[span.start : span.end] for span in article.paragraphs)
            openings.append((dateline[0] + first, told))
            paragraphs += [(text, told) for text in others]
            headlines.append((parts["headline"], told))
            names.update(_QUOTED.findall(article.text))
    counties = {d.county.code: d.county for found in gazetteer.by_name.values() for d in found if d.until is None}
    return _Material(
        openings=tuple(openings),
        paragraphs=tuple(paragraphs),
        headlines=tuple(headlines),
        names={length: tuple(sorted(name for name in names if len(name) == length)) for length in (2, 3, 4)},
        counties=tuple(county for _, county in sorted(counties.items())),
    )


def main() -> None:
    """Write a corpus."""
    parser = argparse.ArgumentParser(description="Write a corpus of invented pages.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=1000, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    options = parser.parse_args()
    print(f"{write_corpus(options.folder, options.articles, options.seed)} bytes in {options.folder}")


if __name__ == "__main__":
    main()
