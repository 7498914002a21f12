"""The scripts of a page share one scope: each name is defined once, and every word they say exists."""

import re
from collections import Counter

from kg.views import page
from kg.views.template import read, words

SCRIPTS = sorted(set(page._SCRIPTS))
DEFINED = re.compile(r"^(?:async )?(?:function\*?|const|let|class) (\w+)", re.M)

FORBIDDEN = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function")


def test_no_two_scripts_define_the_same_name():
    amounts = Counter(name for script in SCRIPTS for name in DEFINED.findall(read(script)))
    assert len(amounts) > 200
    assert [name for name, amount in amounts.items() if amount > 1] == []


def test_every_word_that_a_script_asks_for_exists():
    asked = {(script, key) for script in SCRIPTS for key in re.findall(r'\bword\("([\w.-]+)"', read(script))}
    assert len(asked) > 40
    assert [(script, key) for script, key in asked if key not in words()] == []


def test_no_script_turns_text_into_markup_or_code():
    for script in SCRIPTS:
        assert not FORBIDDEN.search(read(script)), script
