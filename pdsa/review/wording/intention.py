"""Whether a text tells what was done or what is intended, in English and in Spanish.

Plain rules over the tables of ``tenses``, no statistics, so that anyone can follow a verdict. A
text is cut into sentences (questions are left out) and these into clauses.

1. A clause tells what was done where it has a past form ("saw", "rose", "counted", "vimos",
   "usaron", "subió"), a perfect ("has been used", "hemos visto") or a result in numbers ("12 of 28",
   "18 students out of 27", "64%", "up 12 points"), unless that stands after "if" or "whether", after
   "see which" or "find out what", or after an intention in the same clause; "we counted" counts
   wherever it stands. Numbers that are aimed at ("our goal", "should") and numbers in a sentence
   with an intention are no result. Verbs of planning ("we expected", "planned to", "esperábamos")
   are not such a past.
2. A past form that may also be a noun or an adjective ("left", "shot", "stuck") tells what was done
   after "we", "they", "he", "she" or before "the", "it", "up" and the like ("left the frame blank");
   elsewhere, and where past and present look the same ("put", "read", "beat", "usamos"), it makes
   the text unsure.
3. A clause is intended where the team says that it will do something ("we will", "going to", "plan
   to", "next time", "vamos a", "haremos", "queremos usar", "se hará") or something is still to be
   done ("will be counted", "to be decided", "por revisar"). What *students* will do may be a lesson
   and is no intention.
4. A sentence without an intention is a statement and makes the text unsure ("Students need more
   time."), unless it is a mark of a list, has only words of headings, times and places ("Next
   steps:", "Room 12:"), says only that there is nothing ("No data yet.") or what was decided ("We
   decided to meet").
5. So does a statement within a sentence that holds an intention. Before the intention that is each
   clause ("It works, so we will ...") but such a heading, somebody of the team ("the coach and I")
   and, before a comma, a clause with "if", "when" and the like or six words at most after a
   preposition, without a verb that is known ("In Room 12, ..."). After it that is a clause with
   "because", "though", "but" or after ";", one about students, and one with a verb of the present
   that is known ("and it is long"); what goes on otherwise belongs to the plan ("and compare both
   rooms"), as does the clause after a bare "Next time, ...". Two numbers, or a share, state
   something in either.
6. One clause that tells what was done makes the text ``done``: a Study may end with a plan. Otherwise
   it is ``intended`` where there is an intention and nothing made it unsure. All else is left open.

That a Study should describe what was executed, not what is planned, is item 2 of McNicholas et al.
2019, BMJ Qual Saf 28:356; how to tell the two apart is ours.
"""

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum

from pdsa.review.wording import tenses as t
from pdsa.review.wording.statement import Clause, by_team, opens, states_alone, states_beside


class Tense(StrEnum):
    """How a text is written: as a report of what was done, or as what is intended."""

    done = "done"
    intended = "intended"


_SENTENCE = re.compile(r"(?<=[.!?…])(?<!\b[MDS]r\.)(?<!\bMs\.)(?<!\bMrs\.)(?<!\bSra\.)\s+|\n+")
_TOKEN = re.compile(
    r"\d+(?:[.,]\d+)*\s?%?|[^\W\d_]+(?:['\u2019-][^\W\d_]+)*|[,;()\u2014\u2013]|:(?=\s)"
)
_NUMBERS = re.compile(
    r"\d\s?(?:%|percent|por ciento)|\d (?:out )?(?:of|de) (?:the |los |las )?\d|"
    r"(?:from|de) \d[\d.,]* (?:to|a) \d|"
    r"\d (?:[^\W\d_]+ ){1,3}(?:out of|de un total de) (?:the |our )?\d|"
    r"\d (?:[^\W\d_]+ ){1,2}de (?:los|las) \d|\d (?:alumn[oa]s|estudiantes) de \d+\b(?! años)|"
    r"(?:\b(?:up|down)(?: by)? |(?<!\w)[+\u2212-]\s?)\d[\d.,]* (?:percentage )?(?:points?|pts|puntos)\b|"
    r"\d (?:points?|pts|puntos) (?:up|down|higher|lower|más|mas|menos)\b"
)
_DIGIT = re.compile(r"\d")
_MARK = re.compile(r"\W*\d{1,2}[.)]\W*")  # of a list
_BREAKS = frozenset(",;()\u2014\u2013") | t.CONJUNCTIONS


def written_as(text: str) -> Tense | None:
    """How a text is written; ``None`` where the rules of this module leave it open."""
    may_intend = _may_intend(text)
    intended = unsure = False
    for sentence in _SENTENCE.split(text):
        if not sentence or sentence.rstrip().endswith("?"):
            continue
        clauses = _clauses(sentence)
        starts: list[int | None] = []  # where in each clause an intention begins
        plans = False
        for n, (_, words, bare) in enumerate(clauses):
            at = _intended_at(words, bare, first=n == 0) if may_intend else None
            past = _past(words, bare, len(words) if at is None else at, "be" if plans else "")
            if past:
                return Tense.done
            starts.append(at)
            plans |= at is not None
            unsure |= past is None
        if not plans and _result(sentence):
            return Tense.done
        if may_intend and not unsure and not _MARK.fullmatch(sentence):
            unsure = (states_beside if plans else states_alone)(clauses, starts)
        intended |= plans
    return Tense.intended if intended and not unsure else None


def is_intended(text: str) -> bool:
    """Whether a text is written as what is intended; the same as ``written_as``, and quick."""
    return _may_intend(text) and written_as(text) is Tense.intended


def _may_intend(text: str) -> bool:
    sentences = f". {text.lower()}"
    if "  " in sentences or not (sentences.isascii() and sentences.isprintable()):
        sentences = ". " + " ".join(text.lower().replace("\u2019", "'").split())
    for letters, hints in t.HINTS.items():
        if letters in sentences and any(map(sentences.__contains__, hints)):
            return True
    return False


def _clauses(sentence: str) -> list[Clause]:
    """The clauses of a sentence: what they follow, and their words in lower case, as written and
    without accents.

    Words that begin with a capital inside a sentence are names ("Will", "Rose") and become empty.
    """
    words: list[str] = []
    bare: list[str] = []
    clauses = [("", words, bare)]
    begins = True
    for found in _TOKEN.findall(sentence):
        word = found.lower()
        if word in _BREAKS:
            begins = begins or word == ")"
            if words:
                words, bare = [], []
                clauses.append((word, words, bare))
            else:  # ", because"
                clauses[-1] = (word, words, bare)
            continue
        if word != found and found[1:].islower() and (not begins or found == "Will"):
            word = ""
        begins = word == ":"
        words.append(word)
        if not word.isascii():
            word = words[-1] = word.replace("\u2019", "'")
            word = _bare(word)
        bare.append(word)
    return clauses


def _bare(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def _result(sentence: str) -> bool:
    """Whether the sentence gives a share or a count that was found, not one that is aimed at."""
    if not _DIGIT.search(sentence):
        return False
    lowered = sentence.lower()
    if not _NUMBERS.search(lowered) or "we want" in lowered:
        return False
    return t.GOALS.isdisjoint(re.findall(r"\w+", _bare(lowered)))


# -- what was done -------------------------------------------------------------------------


def _past(words: Sequence[str], bare: Sequence[str], intended_at: int, before: str) -> bool | None:
    """Whether a clause tells what was done; ``None`` where present and past look the same.

    ``before`` is what its first word follows: "will be counted *and discussed*".
    """
    either: bool | None = False
    asked = len(words)  # where something begins that is asked, not told
    for i, word in enumerate(words):
        told = i < asked and i < intended_at
        if told or (before in ("we", "i") and i - 2 != asked):
            if _is_past(word, bare[i], before) or _is_perfect(bare, i, before):
                what = i > 1 and words[i - 2] in ("what", "which", "as", "how")  # "what we saw"
                if i < intended_at or not what:
                    return True
            elif word in t.EITHER:
                if _names_subject_or_object(words, i, before):
                    return True
                if before not in t.BEFORE_ADJECTIVE:
                    either = None
            elif bare[i].endswith(t.EITHER_ES) and bare[i] not in t.NO_EITHER_ES:
                either = None
        if asked > i and (word in t.CONDITIONS or (bare[i] in t.QUESTIONS and before in t.ASKING)):
            asked = i
        before = word
    return either


def _is_past(word: str, bare: str, before: str) -> bool:
    if word in t.PAST or (word.endswith("ed") and len(word) > 3 and word not in t.NO_PAST):
        return before not in t.BEFORE_ADJECTIVE
    if bare in t.PAST_ES or word in t.PAST_RE_ES:
        return True
    return word.endswith(t.PAST_ENDINGS_ES) and bare not in t.NO_PAST_ES


def _names_subject_or_object(words: Sequence[str], i: int, before: str) -> bool:
    """ "they left", "left the frame blank"; not "three tickets left" nor "on the left"."""
    if words[i] not in t.PAST_OR_NOUN or before in t.BEFORE_ADJECTIVE:
        return False
    return before in t.SUBJECTS or (i > 0 and i + 1 < len(words) and words[i + 1] in t.OBJECTS)


def _is_perfect(bare: Sequence[str], i: int, before: str) -> bool:
    """ "has been used", "have seen", "hemos visto"; not "have not been used"."""
    word = bare[i]
    if before == "been":
        before = bare[i - 2] if i > 1 else ""
    if before in ("have", "has", "we've", "they've", "i've"):
        return (word.endswith("ed") and word not in t.NO_PAST) or word in t.PARTICIPLES
    return before in t.PERFECT_ES and bool(t.PARTICIPLE_ES.search(word))


# -- what is intended ----------------------------------------------------------------------


def _intended_at(words: Sequence[str], bare: Sequence[str], *, first: bool) -> int | None:
    """Where in a clause an intention begins, or ``None``; ``first``: it begins the sentence."""
    for i, word in enumerate(bare):
        if i and word not in t.TRIGGERS and not words[i].endswith(t.TRIGGER_ENDINGS):
            continue
        following = bare[i + 1] if i + 1 < len(bare) else ""
        after = bare[i + 2] if i + 2 < len(bare) else ""
        if _english(bare, i, word, following, after) or _spanish(words, bare, i, following):
            return i
        if i == 0 and (opens(word, following, after) or (first and _purpose(word, following))):
            return i
    return None


def _english(bare: Sequence[str], i: int, word: str, following: str, after: str) -> bool:
    if word in ("will", "shall", "won't"):
        if by_team(bare, i):
            return True
        done = after in t.PARTICIPLES or (after.endswith("ed") and after not in t.NO_PAST)
        return following == "be" and done and not _of_students(bare, i)
    if word in ("we'll", "i'll", "let's", "tbd"):
        return True
    if following != "to":
        return word == "would" and following in ("like", "love") and by_team(bare, i)
    if word == "going":
        on_the_way = after in t.PLACES or not after
        return _is_with_team(bare, i) and not on_the_way
    if word in t.WANTING:
        return _is_with_team(bare, i)
    if word in ("is", "remains"):
        return i > 0 and bare[i - 1] in t.PLAN_NOUNS
    if after == "be":
        return word not in t.NO_TO_BE and i + 3 < len(bare) and bare[i + 3] in t.TO_BE
    return (word in t.WANT and by_team(bare, i)) or (word == "like" and bare[i - 1] == "we'd")


def _spanish(words: Sequence[str], bare: Sequence[str], i: int, following: str) -> bool:
    word, before = bare[i], bare[i - 1] if i else ""
    if word in ("vamos", "voy", "van", "va") and following == "a":
        infinitive = i + 2 < len(bare) and t.INFINITIVE_ES.search(bare[i + 2])
        ours = word in ("vamos", "voy") or before == "se" or by_team(bare, i)
        return bool(infinitive) and ours
    if t.FUTURE_ES.search(word) and word not in t.NO_FUTURE_ES:
        return before not in ("que", "cuando")
    if t.FUTURE_I_ES.search(words[i]) and words[i] not in t.PAST_RE_ES:
        return True
    if t.FUTURE_THEY_ES.search(words[i]) and (before == "se" or by_team(bare, i)):
        return True
    if word in t.WANT_ES:
        return bool(t.INFINITIVE_ES.search(following))
    if word == "es" and before in t.PLAN_NOUNS_ES:
        return bool(t.INFINITIVE_ES.search(following))
    if word == "por":
        return following in t.STILL_TO_ES
    return word in ("pendiente", "pendientes") and following == "de"


def _purpose(word: str, following: str) -> bool:
    return (word == "to" and following in t.PURPOSES) or (
        word == "para" and following in t.PURPOSES_ES
    )


def _is_with_team(bare: Sequence[str], i: int) -> bool:
    """Whether "we are", "we're" or "I am" stands before this word."""
    while i and bare[i - 1] in t.ADVERBS:
        i -= 1
    if i and bare[i - 1] in ("we're", "i'm"):
        return True
    return i > 1 and bare[i - 1] in ("are", "am") and by_team(bare, i - 1)


def _of_students(bare: Sequence[str], i: int) -> bool:
    return i > 0 and bare[i - 1] in ("students", "student", "they", "children", "class", "everyone")
