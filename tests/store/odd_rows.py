"""Rows at the edges of what columns hold, for what must come through any move."""

from datetime import UTC
from typing import Any

import msgspec
from hypothesis import strategies as st

from tests.builders import FRAME_USE

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
MOMENTS = st.datetimes(timezones=st.just(UTC))
FLOATS = st.none() | st.floats(allow_nan=False, allow_infinity=False).map(lambda x: x + 0.0)
BIG = st.none() | st.integers(-(2**63), 2**63 - 1)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=5,
).map(msgspec.json.encode)


@st.composite
def odd_rows(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Rows by table, to be put beside the district of ``world``."""
    many = st.integers(1, 30)
    return {
        "activity": [
            {
                "id": f"a{n}",
                "at": draw(MOMENTS),
                "person_id": draw(TEXTS),
                "verb": "add",
                "kind": "point",
                "element_id": draw(TEXTS),
                "version": draw(st.integers(-(2**31), 2**31 - 1)),
                "after": draw(JSON | st.just(b'{ "a" : 1.0,\n"a":1e2 , "\\u00e9":"\xc3\xa9"}')),
                "before": draw(JSON),
            }
            for n in range(draw(many))
        ],
        "rates": [{"bucket": f"r{n}", "free_at": draw(FLOATS) or 0.0} for n in range(draw(many))],
        "people": [
            {
                "id": f"p{n}",
                "name": draw(TEXTS),
                "email": draw(TEXTS),
                "service": draw(st.booleans()),
                "version": n,
            }
            for n in range(draw(many))
        ],
        "points": [
            {
                "id": f"o{n}",
                "measure_id": FRAME_USE,
                "on": draw(st.dates()),
                "numerator": draw(BIG),
                "denominator": draw(BIG),
                "value": draw(FLOATS),
                "note": draw(TEXTS),
                "version": 1,
            }
            for n in range(draw(many))
        ],
    }
