"""One of what a size counts: ``students`` is one ``student``, in English and in Spanish.

Plain endings and a table of the words of school that have others. A phrase is turned at its noun:
the last word before *of*, *in*, *with*, *de*, *en* or *con*.
"""

import re
from unicodedata import combining, normalize

_ONE = {
    "children": "child",
    "schoolchildren": "schoolchild",
    "people": "person",
    "men": "man",
    "women": "woman",
    "halves": "half",
    "salones": "salón",
    "renglones": "renglón",
    "profesores": "profesor",
    "jovenes": "joven",
    "examenes": "examen",
    "pares": "par",
    "talleres": "taller",
    "planteles": "plantel",
    "veces": "vez",
    "paces": "pace",
    "series": "series",
}
_ENDINGS = (
    (re.compile(r"ci[oó]nes$"), "ción"),
    (re.compile(r"(?<=[^aeiou])iones$"), "ión"),
    (re.compile(r"(?<=[^aeiou])ies$"), "y"),
    (re.compile(r"(ss|x|sh|[^o]ch)es$"), r"\1"),
    (re.compile(r"(?<=[^siu])s$"), ""),
)
_NOUN = re.compile(r"^(.*?)([^\W\d_]+)((?:\s+(?:of|in|with|from|de|del|en|con)\s.*)?)$", re.DOTALL)


def one(counted: str) -> str:
    """The word for one of them: ``classrooms`` is ``classroom``, ``lecciones`` ``lección``."""
    found = _NOUN.match(counted.strip())
    if found is None:
        return counted.strip()
    before, noun, after = found.groups()
    return before + _singular(noun) + after


def same(one_kind: str, other: str) -> bool:
    """Whether two words mean the same things: one or many of them, whatever capitals and accents."""
    short, long = sorted((_folded(one_kind), _folded(other)), key=len)
    if not short or short == long:
        return bool(short)
    return long in (f"{short}s", f"{short}es") or _folded(one(short)) == _folded(one(long))


def _singular(noun: str) -> str:
    known = _ONE.get(_folded(noun))
    if known is not None:
        return known
    for ending, single in _ENDINGS:
        if ending.search(noun):
            return ending.sub(single, noun)
    return noun


def _folded(text: str) -> str:
    text = " ".join(text.casefold().split())
    if text.isascii():
        return text
    return "".join(each for each in normalize("NFKD", text) if not combining(each))
