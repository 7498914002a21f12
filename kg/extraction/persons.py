"""Persons named in the body: a role before the name, or a verb of speech after it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

import rjieba
from ahocorasick_rs import AhoCorasick, MatchKind

from kg.extraction.analysis import Analysis, Word
from kg.extraction.candidates import Candidate, after, before, edges, occurrence
from kg.extraction.evidence import Evidence, Templates
from kg.extraction.lexicon import read_sections, read_words
from kg.reading.lexicon_files import read_words as read_reading_words

_DOTTED = re.compile(r"[\u4e00-\u9fff]{1,6}(?:·[\u4e00-\u9fff]{1,6})+")
_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,6}·[\u4e00-\u9fff]{1,6}")
_FUNCTION = frozenset("，。、；：的是在把和为与说等对从就也正向被给跟拿用来打看听到都还又已将让")
_AGENT = re.compile("[员长师手工民农匠娃叔婶嫂伯爷哥姐婆户友人子女弟妹家](?=[\u4e00-\u9fff]{2})")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_HAN_BEFORE = re.compile(r"[\u4e00-\u9fff]*\Z")
_RUN = re.compile(r"[\u4e00-\u9fff]{0,4}")
_SPEAKS = re.compile(r"[\u4e00-\u9fff]{2,4}(?:说|表示|介绍|告诉|感慨|坦言|笑|道|回忆|算)")
_DIVISIONS = ("家村", "家镇", "家乡", "家组", "街道", "社区")
_PLACE_ENDS = frozenset("镇乡村区县市")
_ACTS = re.compile("说|表示|介绍|告诉|感慨|坦言|笑|道|听|打|指|回忆|算|带|捧|掏|拉|是|看|把|正|从|在|和|、|，|。|等|家")
_SPELLING = Templates(
    "len={0}",
    "surname={1}",
    "surname&len={2}{0}",
    "dotted={3}",
    "spelled run={4}",
    "given={5}of{6}",
    "given last={7}",
    "surname and given={1}{8}{0}",
    "translit={9}{0}",
    "name is word={10}",
    "place={11}",
    "ends in function={12}",
    "has role={13}",
    "has role&len={13}{0}",
    "agent&len={14}{0}",
    "whole={15}",
)
_ROLE = Templates("role={0}", "agent={1}")
_TAGS = Templates("tags={0}", "lens={1}")
_LAST = Templates("last={0}")
_NEXT = Templates(
    "c1={0}",
    "next is word={1}",
    "last and next is word={2}",
    "next word&len={1}{3}",
    "after function={4}",
    "after function&len={4}{3}",
    "in list={5}{6}",
    every={"{}": 7},
)
_NEXT_TWO = Templates("c2={0}")
_THEN = Templates("then={0}", "then={0}&len={1}", "role&then={2}{3}", "role&then&spelled={2}{3}{4}")
_THEN_WORD = Templates("then word={0}")


@cache
def surnames() -> frozenset[str]:
    """Return the surnames of the reading floor's lexicon and the rare ones."""
    common = (word for line in read_reading_words("surnames.txt") for word in line.split())
    return frozenset(common) | read_sections("given_names")["rare surname"]


@cache
def _roles() -> AhoCorasick:
    return AhoCorasick(sorted(read_words("roles")), MatchKind.Standard)


def find_persons(analysis: Analysis) -> list[Candidate]:
    """Return candidates for the names of persons, one for each possible extent."""
    found: list[Candidate] = []
    longest, before_name = _find_roles(analysis.text)
    for start in _starts(analysis, longest.values()):
        role = before_name.get(start, "")
        if start in longest or (analysis.text[start] == "和" and not role):
            continue  # 职工|党员中, 甲支部|和鹤林派出所: none begins with a role, nor with a joint
        if not _joins(analysis, start) or (role and not _joins_word(analysis.text, start)):
            found.extend(_candidates(analysis, start, role))
    return found


def _find_roles(text: str) -> tuple[dict[int, int], dict[int, str]]:
    """Return where the longest role that begins at an offset ends, and the longest role that ends at an offset."""
    longest: dict[int, int] = {}
    roles: dict[int, str] = {}
    for _, start, end in _roles().find_matches_as_indexes(text, overlapping=True):
        longest[start] = max(end, longest.get(start, 0))
        if end - start > len(roles.get(end, "")):
            roles[end] = text[start:end]
    return longest, roles


def _joins(analysis: Analysis, start: int) -> bool:
    """Whether a word that joins others begins at ``start`` (和, 向); no name does."""
    word = analysis.words[analysis.word_index(start)]
    return word.start == start and word.tag in ("c", "p") and len(word.text) == 1


def _joins_word(text: str, start: int) -> bool:
    """Whether the two characters behind a joining word are a word, not a given name (党建指导员和|党员)."""
    return rjieba.has_word(text[start + 1 : start + 3])


def _starts(analysis: Analysis, behind_roles: Iterable[int]) -> list[int]:
    """Return where a name may begin: a name's tag, a surname that no word explains, a role's end, a run that spells."""
    text, known = analysis.text, surnames()
    starts = {end for end in behind_roles if _HAN.match(text, end)}
    starts.update(
        match.end() for match in _AGENT.finditer(text) if _surname(text, match.end()) or _spelled(text, match.end())
    )
    for dot in analysis.marks("·"):
        if run := _HAN_BEFORE.search(text, max(0, dot - 6), dot):
            starts.update(at for at in range(run.start(), dot) if analysis.begins_word(at) or text[at - 1] == "的")
    for word in analysis.words:
        characters, tag, start, _ = word
        if tag == "nr":
            if _HAN.match(characters):
                starts.add(start)
        elif _spelled(text, start) and _spelled_run(text, start) - start > 3:
            starts.add(start)
        elif characters[0] in known or text[start : start + 2] in known:
            if _unknown(text, word) or _SPEAKS.match(text, start):
                starts.add(start)
    return sorted(starts)


def _unknown(text: str, word: Word) -> bool:
    """Whether a word that begins with a surname is none of the dictionary's, or its first two characters are none."""
    if len(word.text) == 1 or not rjieba.has_word(word.text):
        return True
    return not rjieba.has_word(text[word.start : word.start + 2])


def _spelled(text: str, start: int) -> bool:
    """Whether three characters that spell names of other languages stand at ``start``."""
    letters = read_sections("given_names")["translit"]
    return len(text) > start + 2 and all(char in letters for char in text[start : start + 3])


def _surname(text: str, start: int) -> bool:
    return text[start] in surnames() or text[start : start + 2] in surnames()


def _ends(analysis: Analysis, start: int) -> list[int]:
    text = analysis.text
    run = _RUN.match(text, start).end() - start  # type: ignore[union-attr]
    dotted = _DOTTED.match(text, start, start + 20) if "·" in text[start : start + 7] else None
    ends = {
        start + length for length in (2, 3) if run >= length or dotted and _NAME.fullmatch(text, start, start + length)
    }
    if dotted:
        ends = {end for end in ends if text[end : end + 1] != "·"}
        ends.add(dotted.end())
        ends.update(range(max(start + 3, text.rfind("·", start, dotted.end()) + 2), dotted.end()))
    elif run >= 4:
        ends.add(start + 4)
        ends.update(range(start + 5, _spelled_run(text, start) + 1))
    return sorted(ends)


def _spelled_run(text: str, start: int) -> int:
    """Return where the run of characters that spell names of other languages ends, at most seven."""
    letters = read_sections("given_names")["translit"]
    end = start
    while end < len(text) and end - start < 7 and text[end] in letters:
        end += 1
    return end


def _candidates(analysis: Analysis, start: int, role: str) -> Iterator[Candidate]:
    """Yield the candidates that begin at ``start``, behind a role ("" for none)."""
    text, words = analysis.text, analysis.words
    agent, spelled_end = _agent_before(text, start), _spelled_run(text, start)
    surname = text[start] in surnames()
    named = surname or text[start : start + 2] in surnames()
    lists, first = read_sections("given_names"), analysis.word_index(start)
    usual, spells = lists["given"], lists["translit"]
    origin = (_ROLE, (role or "-", agent or "-")), *before(analysis, start)
    aliases = [role] if role else []
    for end in _ends(analysis, start):
        name = text[start:end]
        if name.endswith(_DIVISIONS):
            continue  # 大户|陈家村
        inside = words[first : analysis.word_index(end - 1) + 1]
        length, last, spelled_run = end - start, name[-1], spelled_end == end
        given = sum([char in usual for char in name[1:]])
        spelling = (
            length,
            named,
            surname,
            "·" in name,
            spelled_run,
            given,
            length - 1,
            last in usual,
            given == length - 1,
            spells.issuperset(name),
            rjieba.has_word(name),
            last in _PLACE_ENDS,
            last in _FUNCTION,
            bool(role),
            bool(agent),
            inside[-1].end == end,
        )
        tags = "+".join([word[1] for word in inside]), "+".join([str(len(word[0])) for word in inside])
        look = (_SPELLING, spelling), (_TAGS, tags), *origin
        if analysis.rules_out("person", "Person", look):
            continue
        evidence = (
            *look,
            *after(analysis, end),
            edges(analysis, start, end),
            occurrence(analysis, name),
            *_observe_next(analysis, start, end, bool(role), spelled_run),
        )
        whole = [alias + name for alias in aliases]
        yield Candidate("Person", name, start, end, "person", evidence, ("person", start), whole, len(look))


def _observe_next(analysis: Analysis, start: int, end: int, role: bool, spelled_run: bool) -> tuple[Evidence, ...]:
    """Return what is observed of the end of a name and of what follows it."""
    text = analysis.text
    last, after, length = text[end - 1], text[end : end + 2], end - start
    follows, then = after[:1], analysis.word_from(end)
    following = (
        follows,
        rjieba.has_word(after),
        rjieba.has_word(last + follows),
        length,
        follows in _FUNCTION,
        text[start - 1 : start] == "、",
        follows == "、",
        ("acts",) if _ACTS.match(text, end) else (),
    )
    return (
        (_LAST, (last,)),
        (_NEXT, following),
        (_NEXT_TWO, (after,)),
        (_THEN, (then.tag, length, role, then.tag[:1], spelled_run)),
        (_THEN_WORD, (then.text,)),
    )


def _agent_before(text: str, start: int) -> str:
    """Return the last character of a noun for a person that ends at ``start`` (农民|…), "" where none does."""
    return text[start - 1 : start] if start and _AGENT.match(text, start - 1) else ""
