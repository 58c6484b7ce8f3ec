"""Whether a sentence states something, alone or beside an intention (``intention``, rules 4 and 5)."""

from collections.abc import Sequence

from pdsa.review.wording import tenses as t

#: What a clause follows, and its words in lower case, as written and without accents.
Clause = tuple[str, list[str], list[str]]


def opens(word: str, following: str, after: str) -> bool:
    """ "Next time ...", "In the next cycle ...", "La próxima vez ...", "To be decided ..."."""
    if word == "to" and following == "be":
        return after in t.TO_BE
    if word == "in" and following in ("the", "our"):
        return after == "next"
    if word in ("la", "el"):
        return following in t.NEXT_ES
    if word == "en" and following in ("la", "el"):
        return after in t.NEXT_ES
    return word == "tomorrow" or (word == "next" and following in t.NEXT)


def by_team(bare: Sequence[str], i: int) -> bool:
    """Whether the word before this one, but for adverbs, is somebody of the team."""
    while i and bare[i - 1] in t.ADVERBS:
        i -= 1
    return i > 0 and bare[i - 1] in t.TEAM


def states_alone(clauses: Sequence[Clause], _: Sequence[int | None]) -> bool:
    """Whether a sentence without an intention states something: nearly each does."""
    return not all(_belongs(bare) for _, _, bare in clauses)


def states_beside(clauses: Sequence[Clause], starts: Sequence[int | None]) -> bool:
    """Whether a sentence with an intention also states something, as a clause of its own."""
    plans = opened = False
    for n, (link, words, bare) in enumerate(clauses):
        at = starts[n]
        if at is not None:
            if _states_before(words, bare, at) or _reasons_after(bare, at):
                return True
            plans = True
            opened = at == 0 and len(bare) < 6 and opens(*[*bare, "", ""][:3])
            continue
        if plans:
            if not (opened or _belongs(bare) or _goes_on(link, words, bare)):
                return True
            opened = False
        else:
            following = clauses[n + 1][0] if n + 1 < len(clauses) else ""
            if not (_belongs(bare) or _leads_in(words, bare, following)):
                return True
    return False


def _belongs(bare: Sequence[str]) -> bool:
    """A heading, or a time or place, or what was decided; two numbers are never."""
    for i, word in enumerate(bare):
        if word in t.DECIDED and by_team(bare, i) and bare[i + 1 : i + 2] == ["to"]:
            return True
    if _counts(bare) or (len(bare) == 1 and bare[0].isdigit()):
        return False
    return all(word in t.NOTHINGS or word == ":" for word in bare) or all(
        word in t.HEADINGS or word in ("", ":") or word[0].isdigit() for word in bare
    )


def _counts(bare: Sequence[str]) -> bool:
    """A share, or one number of another: "12 of 28"."""
    return sum(word[:1].isdigit() + word.endswith("%") for word in bare) > 1


def _leads_in(words: Sequence[str], bare: Sequence[str], following: str) -> bool:
    """Whether a clause only leads to the plan after it: "If they ask, ...", "In Room 12, ..."."""
    if len(bare) == 1 and bare[0].isdigit():  # "1) We will ..."
        return True
    if len(bare) < 4 and (not bare[-1] or bare[-1] in t.TEAM):
        return not bare[0] or bare[0] in t.TEAM or bare[0] in t.DETERMINERS  # "the coach and I"
    if following not in (",", "then", "entonces") or _counts(bare):
        return False
    if bare[0] in t.SUBORDINATES:
        return True
    return bare[0] in t.PREPOSITIONS and len(bare) < 7 and not _states(words, bare)


def _goes_on(link: str, words: Sequence[str], bare: Sequence[str]) -> bool:
    """Whether a clause goes on with the plan before it: "and compare both rooms"."""
    if link in t.REASONS:
        return link in ("but", "pero") and (
            bare[0] in t.PREPOSITIONS or bare[0] in ("not", "no", "only", "solo")
        )
    return not _counts(bare) and not _states(words, bare)


def _states_before(words: Sequence[str], bare: Sequence[str], at: int) -> bool:
    """Whether something is stated before the intention, in its clause: "it is hard we will ..."."""
    end = at
    while end and (bare[end - 1] in t.ADVERBS or bare[end - 1] in t.AUXILIARIES):
        end -= 1
    team = end > 0 and bare[end - 1] in t.TEAM
    words, bare = words[: end - team], bare[: end - team]
    if ":" in bare:
        end = len(bare) - bare[::-1].index(":") - 1
        if not (_belongs(bare[:end]) or _leads_in(words[:end], bare[:end], ",")):
            return True
    return _has_state(words, bare) or (team and _has_students(bare))


def _reasons_after(bare: Sequence[str], at: int) -> bool:
    """ "We will keep it as students need it"; not "as soon as they are done"."""
    return any(
        bare[i] == "as" and bare[i + 1] in t.STUDENTS and bare[i - 1] not in t.AS_FAR
        for i in range(at + 1, len(bare) - 1)
    )


def _states(words: Sequence[str], bare: Sequence[str]) -> bool:
    return _has_state(words, bare) or _has_students(bare)


def _has_state(words: Sequence[str], bare: Sequence[str]) -> bool:
    """ "it is hard", "no explican"; not what is asked, or under a condition, or about the team."""
    for i, word in enumerate(bare):
        if word in t.QUESTIONS or word in t.SUBORDINATES or word in ("that", "whether"):
            return False
        if i and word in t.STATES and bare[i - 1] not in t.TEAM:
            return True
        if words[i] in t.STATES_FIRST:
            return True
        if word.endswith(t.STATES_ENDINGS_ES) and word not in t.NO_STATES_ES:
            return True
    return False


def _has_students(bare: Sequence[str]) -> bool:
    """ "students talk more", "in pairs they talk"; not "with our students", "ask students"."""
    for i, word in enumerate(bare[:-1]):
        if word not in t.STUDENTS or bare[i + 1] in ("will", "can", "should", "could"):
            continue
        if i == 0 or (i == 1 and bare[0] in t.DETERMINERS):
            return True
        before = bare[i - 1]
        governed = before in t.PREPOSITIONS or before in t.DETERMINERS
        if bare[0] in t.PREPOSITIONS and not governed:
            return True
    return False
