"""A county's own bodies: its name or level, then a department of ``lexicon/departments.txt`` (县委组织部, 榆阳区委编办)."""

from __future__ import annotations

import re
from functools import cache

from kg.extraction.analysis import Analysis
from kg.extraction.candidates import Candidate, context, occurrence
from kg.extraction.evidence import Templates
from kg.extraction.gazetteer import short_name
from kg.extraction.lexicon import read_words

_BODY = Templates("dept={0}", "level={1}", "named={2}")
_LEVEL = "[县市旗州省]|(?<![社园小景片牧发厂校])区"
"""The level before a department; the 区 of 社区, 园区 … is none."""


def find_departments(analysis: Analysis) -> list[Candidate]:
    """Return candidates for a county's own bodies: its name or level, then a department (县委组织部, 榆阳区委编办)."""
    found = []
    for match in _body_pattern().finditer(analysis.text):
        start = match.start()
        for name in _county_names(analysis):
            if analysis.text.endswith(name, 0, start + 1) and name[-1] == analysis.text[start]:
                start = start + 1 - len(name)
                break
        text = analysis.text[start : match.end()]
        body = match[2], match[1], start < match.start()
        evidence = (_BODY, body), *context(analysis, start, match.end()), occurrence(analysis, text)
        aliases = [analysis.text[match.start() : match.end()]] if start < match.start() else []
        found.append(
            Candidate(
                "Organisation", text, start, match.end(), "official body", evidence, ("body", match.start()), aliases
            )
        )
    return found


@cache
def _body_pattern() -> re.Pattern[str]:
    departments = "|".join(sorted(map(re.escape, read_words("departments")), key=lambda d: (-len(d), d)))
    office = r"(?<![举主承开创联督协兴领代筹合])办(?![理事好公法学案起成])"
    return re.compile(
        rf"({_LEVEL})((?:{departments})(?![\u4e00-\u9fff]{{1,4}}(?:{office}|室))"
        rf"|委[\u4e00-\u9fff]{{1,6}}?(?:办公室|{office}|研究室)|[\u4e00-\u9fff]{{2}}{office})"
    )


def _county_names(analysis: Analysis) -> list[str]:
    if analysis.county is None:
        return []
    county, short = analysis.county.name, short_name(analysis.county.name)
    names = {county, short + county[-1]}
    if analysis.county.prefecture:
        names.add(analysis.county.prefecture)
    return sorted(names, key=lambda name: (-len(name), name))
