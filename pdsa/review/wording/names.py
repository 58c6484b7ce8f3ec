"""Whether a text names an indicator, by plain rules in English and Spanish.

1. Letters are folded: no capitals, no accents, and ``ai`` counts as ``a`` (*explain*,
   *explanation*).
2. Of the indicator its content words count: neither the small words of English and Spanish
   (*the*, *de*) nor the words of measuring and of school (*share*, *percentage*, *students*,
   *semana*), unless there are no others.
3. Each content word is cut down to its stem: the longest known ending goes that leaves three
   letters or more (*engaged*, *engagement*; *fluent*, *fluency*; *divide*, *division*), and a
   doubled last letter is single (*planned*). Forms without a common stem stand in families
   (``pdsa.review.wording.families``: *write*, *wrote*; *leen*, *lectura*).
4. The text has a content word when one of its words begins with the stem; a stem of three letters
   or fewer has to be the whole word, but for a plural or a past.
5. With all of one or two content words, or two thirds of three or more, the text names the
   indicator. With none it does not, unless a content word of both begins with the same four
   letters: then, and in between, nobody can tell.
6. Nobody can tell, either, whether a text in Spanish names an indicator in English, or the reverse:
   where most of their small words are of different languages and no content word is there, the
   answer is open.
"""

import re
from functools import lru_cache
from unicodedata import combining, normalize

from pdsa.review.wording.families import family_of


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_ENGLISH = _words(
    "a about after all also an and any are as at be been before but by can did do does each every "
    "for from had has have he her his how if in into is it its least less more most no not of on "
    "once one only or other our out over own per she so some such than that the their them then "
    "there these they this those to two under until up us very was we were what when where which "
    "while who whose why will with without you your"
)
_SPANISH = _words(
    "a al algo ante antes asi cada como con cual cuando cuanto de del desde despues donde durante "
    "e el ella ellas ellos en entre es ese eso esta estan este esto estos estas fue fueron ha han "
    "hasta hay la las le les lo los mas me menos mi muy ni no nos nuestra nuestro o para pero por "
    "porque que quien se segun ser si sin sobre son su sus tambien tanto te tiene tienen toda todas "
    "todo todos tras tu un una uno unos y ya"
)
_ENGLISH_ALONE, _SPANISH_ALONE = _ENGLISH - _SPANISH, _SPANISH - _ENGLISH
_SMALL = _ENGLISH | _SPANISH
_MEASURING = _words(
    "amount average count counted counts day days frequency lesson lessons level levels mean measure "
    "measured median minute minutes month number part percent percentage points portion proportion "
    "rate ratio score scores share time times total value week weekly weeks year "
    "cantidad dia dias frecuencia media medida mes minutos nivel niveles numero parte porcentaje "
    "promedio proporcion puntaje puntos semana semanal semanas tasa tiempo total valor vez veces "
    "class classes classroom classrooms grade pupil pupils room rooms school student students "
    "teacher teachers "
    "alumna alumnas alumno alumnos aula aulas clase clases docentes escuela estudiante estudiantes "
    "grado leccion lecciones maestra maestras maestro maestros"
)
_ENDINGS = sorted(
    _words(
        "s es ed ing ings ly ion ions ation ations ication ications ate ates ated ating y ies ied ying "
        "ement ements ment ments e er ers ness "
        "a o as os an en ar ir ado ada ados adas ido ida idos idas ando iendo cion ciones acion aciones "
        "icion iciones amiento imiento amientos imientos mente amente"
    ),
    key=len,
    reverse=True,
)
_WORD = re.compile(r"[^\W\d_]+")
_BLANK = {code: " " for code in range(128) if not chr(code).isalpha()}
_LEAST = 3
_BEGIN = 4
#: Endings that need a stem of four letters, lest a short word lose what tells it.
_LONGER = re.compile(
    r"(?<=\w{4})(?:de[ds]?|ding|siones|sions?)$|(?<=\w{3}n)(?:t[se]?|tes|c(?:e|es|y|ies|ias?))$"
)
_SHORT = "(?:e?s|e|e?d|ing|a|o)?"


def names(text: str, indicator: str) -> bool | None:
    """Whether a text names an indicator; ``None`` where the rules of this module cannot tell."""
    wanted = _wanted(indicator)
    if not wanted:
        return None
    folded = _folded(text)
    like = _like(text)
    found = 0
    for stem, word in wanted:
        if stem in like and word.search(like) is not None:
            found += 1
    if not found:
        return None if _foreign(folded, indicator) or _alike(folded, indicator) else False
    enough = found == len(wanted) if len(wanted) < 3 else 3 * found >= 2 * len(wanted)
    return True if enough else None


@lru_cache(maxsize=8)
def _like(text: str) -> str:
    return _folded(text).replace("ai", "a")


@lru_cache(maxsize=8)
def _folded(text: str) -> str:
    text = text.casefold()
    if text.isascii():
        return text
    return "".join(each for each in normalize("NFKD", text) if not combining(each))


@lru_cache(maxsize=512)
def _wanted(indicator: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The stem of each content word of an indicator, with the pattern of its words."""
    words = [w for w in _WORD.findall(_folded(indicator)) if w not in _SMALL]
    telling = [word for word in words if word not in _MEASURING]
    found: dict[str, tuple[str, re.Pattern[str]]] = {}
    for word in telling or words:
        family, stem = family_of(word), _stem(word)
        if family is not None:
            found[family.pattern] = ("", family)
        else:
            whole = rf"\b{stem}" if len(stem) > _LEAST else rf"\b{stem}{_SHORT}\b"
            found[stem] = (stem, re.compile(whole))
    return tuple(found.values())


def _stem(word: str) -> str:
    longer = _LONGER.sub("", word)
    if longer != word:
        return longer.replace("ai", "a")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST and word[-2:] != "ss":
            word = word.removesuffix(ending)
            break
    word = word.replace("ai", "a")
    return word[:-1] if len(word) > _LEAST and word[-1] == word[-2] else word


def _alike(folded: str, indicator: str) -> bool:
    """Whether a content word of the text and one of the indicator begin with the same letters."""
    wanted = _beginnings_of(indicator)
    if not any(map(folded.__contains__, wanted)):
        return False  # nor does any word of it begin so
    return not _beginnings(folded).isdisjoint(wanted)


@lru_cache(maxsize=512)
def _beginnings_of(indicator: str) -> frozenset[str]:
    return _beginnings(_folded(indicator))


@lru_cache(maxsize=8)
def _beginnings(folded: str) -> frozenset[str]:
    words = _words_in(folded) - _SMALL - _MEASURING
    return frozenset(word[:_BEGIN] for word in words if len(word) >= _BEGIN)


def _foreign(folded: str, indicator: str) -> bool:
    """Whether the small words of the text and of the indicator are of different languages."""
    language = _language_of(indicator)
    return bool(language) and (_language(folded) or language) != language


@lru_cache(maxsize=512)
def _language_of(indicator: str) -> str:
    return _language(_folded(indicator))


@lru_cache(maxsize=8)
def _language(folded: str) -> str:
    words = _words_in(folded)
    english, spanish = len(words & _ENGLISH_ALONE), len(words & _SPANISH_ALONE)
    return "English" if english > spanish else "Spanish" if spanish > english else ""


@lru_cache(maxsize=8)  # a review asks about one text again and again
def _words_in(folded: str) -> frozenset[str]:
    if folded.isascii():  # the same words, in a fifth of the time
        return frozenset(folded.translate(_BLANK).split())
    return frozenset(_WORD.findall(folded))
