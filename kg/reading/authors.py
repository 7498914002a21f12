"""The people within a byline: their names, printed roles and credits, whatever frame holds them.

Roles stand before names, credits after them (林小满 摄), labels before a slash or colon (图/林小满); the office, paper or
post printed before a name says what the person is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from kg.reading.lexicon_files import read_words

GAP = r"[\s\u3000、，,；;]"
"""What parts the names of a byline, as a regular expression."""
OFFICE = re.compile(
    r"[\u4e00-\u9fff]{2,24}(?:部|局|委|办|会|中心|社|院|校|公司|站|政府|网|台|报|队|室|馆|所|团|融媒|传媒|调研组|课题组|报道组)"
)
_MEDIA = re.compile(r".+(?:报|台|网|社|刊|融媒|传媒|融媒体|媒体中心)")
_LONG_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z]{1,12}(?:[·•][\u4e00-\u9fffA-Za-z]{1,12})+")
_TOWN = re.compile("[\u4e00-\u9fff]{2,10}(?:[镇乡村县市区旗州]|街道|社区)")
UNNAMED = frozenset(("受访者", "受访单位", "资料", "资料图片", "本报", "本报记者"))
_POSTED = (
    r"(?:本[报刊网台])?驻[\u4e00-\u9fff]{2,5}(?:记者|通讯员)|[\u4e00-\u9fff]{2,6}记者站"  # 本报驻海南记者, 青禾记者站
)
_FROM = re.compile(r"[\s\u3000]*发自[\u4e00-\u9fff]{2,12}$")
_TOGETHER = "(?:联合|共同|采访|编辑)"
_KINDS = {"pair": "credit", "slashed": "credit", "single": "credit"}
_LONGEST = 400  # characters of a byline
_PEN_NAME = re.compile("[\u4e00-\u9fff]{1,2}(?:组[宣轩萱文研闻]?|[祖卒][宣轩萱])")
"""How the writers of an organisation department sign: 乐组宣, 乐祖轩."""


@dataclass(slots=True)
class Person:
    """A name in a byline with the words that say what the person did."""

    name: str
    role: str
    credit: str
    spaced: bool  # white space parts the role from the name

    @property
    def photo(self) -> bool:
        return any(sign in f"{self.role}{self.credit}" for sign in ("摄", "图"))


@dataclass(slots=True)
class Names:
    """What the inside of a byline was read as, up to the current token."""

    people: list[Person] = field(default_factory=list)
    role: str = ""
    label: str = ""
    spaced: bool = False
    credited: int = 0  # how many people have their credit already
    cue: bool = False  # a role, label or credit stands among the names

    def _names_paper(self) -> bool:
        """Whether what was taken for a name is joined to the role that follows: 长江融媒记者 周璐."""
        if not self.people or self.label or self.spaced:
            return False
        return len(self.people) == 1 and not self.people[0].role or _MEDIA.fullmatch(self.people[-1].name) is not None

    def take(self, kind: str, text: str) -> None:
        if kind == "gap":
            self.spaced = True
            return
        if kind == "name":
            self.people.append(Person(text, self.role, self.label, self.spaced))
        elif kind == "role":
            if len(self.people) > self.credited:
                self.label = ""  # it spoke for the names before
            paper = self.people.pop().name if self._names_paper() else ""
            self.role = re.sub("^本[报刊网台]", "", paper + text)
        elif kind == "label" or not self.people:
            self.role, self.label, self.credited = "", text, len(self.people)
        else:
            for person in self.people[self.credited :]:
                person.credit = person.credit or text
            self.role, self.label, self.credited = "", "", len(self.people)
        self.spaced = False
        self.cue = self.cue or kind != "name"


@cache
def _surnames() -> frozenset[str]:
    return frozenset(word for line in read_words("surnames.txt") for word in line.split())


def to_alternatives(file: str) -> str:
    """Return the words of a lexicon file as one alternative of a regular expression."""
    return "(?:" + "|".join(re.escape(word).replace("/", "[/／]") for word in read_words(file)) + ")"


@cache
def to_roles() -> str:
    """Return what a reporter or correspondent is called, as a regular expression."""
    return f"(?:{_POSTED}|{to_alternatives('roles.txt')[3:]}"


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    roles, credits = to_roles(), to_alternatives("credits.txt")
    guests = "|".join(read_words("guests.txt"))
    attached = "|".join(re.escape(word) for word in read_words("credits.txt") if word not in ("文", "图"))
    end = rf"(?=$|{GAP})"
    return {
        "token": re.compile(
            rf"(?P<gap>{GAP}+)|(?P<pair>文[/／]图|图[/／]文|文图|图文){end}"
            rf"|[/／]?{_TOGETHER}?(?P<credit>{credits})(?:$|{GAP}+$)"
            rf"|[/／](?P<slashed>{credits}){end}|(?P<single>[文图摄]){end}(?!{GAP}+.{end})"
            rf"|(?P<label>{credits})(?:单位|人)?[\s\u3000]*[/／：:|｜]|(?P<role>{roles}|{guests})(?:人?[\s\u3000]*[/／：:|｜])?"
            rf"|(?P<name>[\u4e00-\u9fff·•A-Za-z]+?)(?=$|{GAP}|[/／]|{roles}|{_TOGETHER}?(?:{attached})(?:$|{GAP}))"
        ),
        "supplied": re.compile(
            r"(?:本文|文中|以上)?(?P<what>图片|照片|图文|文图|图)(?:均|皆)?由"
            r"(?P<names>[\u4e00-\u9fff·]{2,24}?)(?P<credit>提供|拍摄|供稿|供图|摄影?)"
        ),
        "posted": re.compile(rf"[\u4e00-\u9fff]{{0,24}}{to_alternatives('posts.txt')}"),
        "roles": re.compile(rf".*{roles}"),
    }


def read_names(text: str) -> Names | None:
    """Return the people named in ``text`` with their printed roles, None where it holds anything else.

    ``text`` is the inside of a byline: roles and names parted by white space, the
    characters of a short name sometimes spaced (高 帆).  A credit at the end (摄, 供稿 …)
    belongs to all names before it that have none.  图片由XX提供 says who sent the picture.
    """
    names, at = Names(), 0
    text = without_origin(text)
    if len(text) > _LONGEST:
        return None
    supplied = _patterns()["supplied"].fullmatch(text)
    if supplied:
        return Names(people=[Person(supplied["names"], supplied["what"], supplied["credit"], True)], cue=True)
    while at < len(text):
        match = _patterns()["token"].match(text, at)
        if match is None or (group := match.lastgroup) is None:
            return None
        kind = _KINDS.get(group, group)
        if match["single"] in ("文", "图") and names.people and len(names.people[-1].name) == 1:
            spaced = len(names.people) > 1 and len(names.people[-2].name) == 1
            kind = "credit" if spaced and set("图摄") & set(text[match.end() :]) else "name"  # 安 澜 文 … 图 · 钟 文
        names.take(kind, match[group])
        at = match.end()
    names.people = _without_posts(_join_single(names.people))
    return names if names.people and all(map(_is_name, names.people)) else None


def without_origin(text: str) -> str:
    """Return a byline without the place from which its reporters wrote (记者 林小满 发自青禾)."""
    return _FROM.sub("", text.strip())


def _without_posts(people: list[Person]) -> list[Person]:
    """Return the people without the office, paper or post printed before a name: it is what the person is.

    Who is named with a post beside a reporter, or as one who tells, is whom the reporter asked, and no author.
    """
    kept: list[Person] = []
    post = ""
    reporters = any(person.role for person in people)
    guests = [person for person in people if person.role in read_words("guests.txt")]
    people = [person for person in people if person not in guests] or people
    for person, below in zip(people, [*people[1:], None]):
        named = below and below.role == person.role and has_surname(below) and not _names_post(below.name)
        if named and _names_post(person.name):
            post = person.name
        elif person.role or not post:
            kept.append(person)
        elif not (reporters and _patterns()["posted"].fullmatch(post)):
            kept.append(Person(person.name, post, person.credit, True))
    return kept


def _names_post(name: str) -> bool:
    return OFFICE.fullmatch(name) is not None or is_place(name) or _patterns()["posted"].fullmatch(name) is not None


def is_place(name: str) -> bool:
    """Return whether a word is called like a town or county, and no person."""
    return _TOWN.fullmatch(name) is not None


def is_of_the_press(person: Person) -> bool:
    return re.fullmatch(_patterns()["roles"], person.role) is not None or _MEDIA.fullmatch(person.role) is not None


def _is_name(person: Person) -> bool:
    if person.name.startswith("图为"):
        return False
    longest = 6 if person.role or person.credit else 4
    return (
        2 <= len(person.name) <= longest
        or bool(_LONG_NAME.fullmatch(person.name))
        or bool(OFFICE.fullmatch(person.name) and (person.credit or person.role))
        or person.name in UNNAMED
    )


def has_surname(person: Person) -> bool:
    name = person.name
    named = name[0] in _surnames() or name[:2] in _surnames() or _PEN_NAME.fullmatch(name) is not None
    return len(name) <= 4 and named or bool(_LONG_NAME.fullmatch(name))


def _join_single(people: list[Person]) -> list[Person]:
    """Join neighbouring single characters to the name that spacing tore apart."""
    joined: list[Person] = []
    run = 0
    for number, person in enumerate(people):
        if len(person.name) > 1:
            run = 0
            joined.append(person)
            continue
        if joined and person.role != joined[-1].role:
            run = 0
        following = people[number + 1 :]
        last_of_three = run == 2 and not (following and len(following[0].name) == 1)
        if run % 2 or last_of_three:
            joined[-1].name += person.name
        else:
            joined.append(person)
        run += 1
    return joined
