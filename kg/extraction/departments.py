"""Bodies of a division: its name or level, then a department of ``lexicon/departments.txt`` (县委组织部, 榆阳区委编办)."""

from __future__ import annotations

import re
from functools import cache

from kg.extraction.analysis import Analysis
from kg.extraction.candidates import Candidate, context, occurrence
from kg.extraction.evidence import Templates
from kg.extraction.gazetteer import Name, find_divisions, short_name
from kg.extraction.lexicon import read_words

_BODY = Templates("dept={0}", "level={1}", "named={2}")
_LEVEL = "[县市旗州省]|(?<![社园小景片牧发厂校街库辖边民])区"
"""The level before a department; the 区 of 社区, 园区 … is none."""
_ZONES = ("高新区", "经开区", "示范区", "度假区")
_PARENTS = ("国网", "国家电网", "南方电网")
"""The companies of which a county's is a branch (国网青田县供电公司)."""


def find_departments(analysis: Analysis) -> list[Candidate]:
    """Return candidates for bodies of a division: its name or level, then a department (县委组织部, 榆阳区委编办).

    What is called without the county's name (县委组织部) is another name of the county's own body, not of a neighbour's.
    """
    found = []
    own = _county_names(analysis)
    divisions = {name.end: name.start for name in find_divisions(analysis.text) if _tells(name)}
    for match in _body_pattern().finditer(analysis.text):
        if analysis.text.endswith(_ZONES, 0, match.end(1)):
            continue
        county = next((name for name in own if analysis.text.endswith(name, 0, match.end(1))), "")
        division = match.end(1) - len(county) if county else divisions.get(match.end(1), match.start())
        start = _whole(analysis.text, division, match[2])
        text = analysis.text[start : match.end()]
        body = match[2], match[1], start < match.start()
        evidence = (_BODY, body), *context(analysis, start, match.end()), occurrence(analysis, text)
        aliases = [analysis.text[match.start() : match.end()]] if county else []
        found.append(
            Candidate(
                "Organisation", text, start, match.end(), "official body", evidence, ("body", match.start()), aliases
            )
        )
    return found


def _tells(name: Name) -> bool:
    """Whether a division's name is one wherever it stands: 会同县农业局 is mostly 会同|县农业局, as 会同 is a verb."""
    return name.full and len(name.text) > 2 and name.text[:-1] not in read_words("never_first")


def _whole(text: str, start: int, department: str) -> int:
    """Return where the name begins: at the company that the body is a branch of, at the 团 of 团县委, or at ``start``."""
    before = _PARENTS if department.endswith("公司") else ("团",) if department == "委" else ()
    return start - next((len(word) for word in before if text.endswith(word, 0, start)), 0)


@cache
def _body_pattern() -> re.Pattern[str]:
    departments = "|".join(sorted(map(re.escape, read_words("departments")), key=lambda d: (-len(d), d)))
    office = r"(?<![举主承开创联督协兴领代筹合])办(?![理事好公法学案起成])"
    return re.compile(
        rf"({_LEVEL})((?:{departments})(?![\u4e00-\u9fff]{{1,4}}(?:{office}|室))"
        rf"|委[\u4e00-\u9fff]{{1,8}}?(?:办公室|{office}|研究室|督查室)|[\u4e00-\u9fff]{{2}}{office})"
    )


def _county_names(analysis: Analysis) -> list[str]:
    if analysis.county is None:
        return []
    county, short = analysis.county.name, short_name(analysis.county.name)
    names = {county, short + county[-1]}
    if analysis.county.prefecture:
        names.add(analysis.county.prefecture)
    return sorted(names, key=lambda name: (-len(name), name))
