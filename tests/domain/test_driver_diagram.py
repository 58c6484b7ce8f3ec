import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pdsa
from pdsa import ChangeIdea, ChangeIdeaId, Driver, DriverId, InvalidValue, Link, Strength, Theory
from pdsa.charts.graph import driver_graph, levels
from pdsa.charts.svg import driver_diagram
from pdsa.charts.svg.layers import arrange
from tests.builders import AIM, IDEA, a_theory, an_aim, an_idea

SVG = "{http://www.w3.org/2000/svg}"
LONG = ("Students explain how they found an answer and listen to how others found theirs " * 3)[
    :200
]


def read(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - our own bytes


def titles(svg: str) -> list[str]:
    return [title.text or "" for title in read(svg).iterfind(f".//{SVG}g/{SVG}title")]


def texts(svg: str) -> list[str]:
    """What is to be read, one entry for each text."""
    return [" ".join(" ".join(text.itertext()).split()) for text in read(svg).iter(f"{SVG}text")]


def theory_of(count: int, pairs: list[tuple[str, str]]) -> Theory:
    drivers = tuple(Driver(id=DriverId(f"d{n}"), text=f"Driver {n}") for n in range(count))
    links = tuple(Link(source=source, target=target) for source, target in pairs)
    return Theory(AIM, date(2018, 1, 1), drivers, links)


def sacramento(**options: object) -> str:
    path = Path(pdsa.__file__).parent / "reference/sacramento.json"
    inquiry = pdsa.loads(path.read_text("utf-8"))
    assert inquiry.aim is not None
    return driver_diagram(
        inquiry.theory[-1], aim=inquiry.aim, ideas=inquiry.change_ideas, **options
    )  # type: ignore[arg-type]


@pytest.mark.parametrize("width", [320, 960])
def test_every_node_stands_once_in_columns_and_in_an_outline(width: int) -> None:
    svg = sacramento(width=width)

    for text in (
        "Students have words for reasoning",
        "Students explain in every lesson",
        "Exit ticket with a sentence frame",
    ):
        assert texts(svg).count(text) == 1


def test_columns_run_from_the_aim_to_the_ideas() -> None:
    svg = driver_diagram(a_theory(), aim=an_aim(), ideas=[an_idea()])

    assert texts(svg)[:4] == ["Aim", "Primary drivers", "Secondary drivers", "Change ideas"]


def test_the_description_counts_drivers_ideas_and_links() -> None:
    svg = driver_diagram(
        a_theory(), aim=an_aim(), ideas=[an_idea(), an_idea("other", title="Talk")]
    )

    root = read(svg)
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")

    assert title is not None
    assert title.text == "Driver diagram: Academic discourse"
    assert desc is not None
    assert desc.text == (
        "1 primary driver, 1 secondary driver, 2 change ideas and 3 links (2 strong, 1 weak). "
        "Not linked yet: “Talk”."
    )
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert root.get("role") == "img"


def test_a_link_says_its_strength_in_words_and_shows_it_without_colour() -> None:
    theory = a_theory(
        links=(
            Link(source="driver-reasoning", target=AIM, rationale="Reasons come first."),
            Link(source="driver-language", target=AIM, strength=Strength.weak),
        )
    )

    svg = driver_diagram(theory, aim=an_aim(), theme="light")

    strong, weak = (title for title in titles(svg) if title.endswith(("link.", "first.")))
    assert strong.endswith("should move “Academic discourse”: strong link. Reasons come first.")
    assert weak.endswith("should move “Academic discourse”: weak link.")
    drawn = re.findall(r'<path [^>]*stroke-width="([\d.]+)"( stroke-dasharray="[\d ]+")? d="M', svg)
    assert drawn == [("2.4", ""), ("1.3", ' stroke-dasharray="5 4"')] * 2  # the links, then the key
    assert texts(svg)[-2:] == ["strong link", "weak link"]


@pytest.mark.parametrize("width", [320, 960])
def test_what_is_not_linked_yet_says_so(width: int) -> None:
    theory = theory_of(2, [("d0", AIM)])

    svg = driver_diagram(theory, ideas=[an_idea(title="Number talk")], width=width)

    assert sum("not linked yet" in text for text in texts(svg)) == 2
    assert "Change idea: Number talk. Not linked yet." in titles(svg)
    assert "Secondary driver: Driver 1. Not linked yet." in titles(svg)


def test_an_outline_says_in_words_what_else_an_idea_serves() -> None:
    svg = sacramento(width=320)

    assert "also serves: Students explain in every lesson (weak link)" in texts(svg)
    assert "Change idea (strong link)" in texts(svg)


@pytest.mark.parametrize("width", [320, 700, 960])
def test_a_theory_without_drivers_says_so(width: int) -> None:
    svg = driver_diagram(theory_of(0, []), aim=an_aim(), width=width)

    assert {"none yet", "no drivers yet"} & set(texts(svg))


@pytest.mark.parametrize("width", [320, 559, 560, 720, 960, 1600, 4000])
def test_long_words_end_in_an_ellipsis_and_stand_whole_in_the_title(width: int) -> None:
    theory = a_theory(drivers=(Driver(id=DriverId("driver-reasoning"), text=LONG),), links=())

    svg = driver_diagram(theory, aim=an_aim(title="x" * 200), width=width)

    assert f"Secondary driver: {LONG.strip()}. Not linked yet." in titles(svg)
    assert any("x" * 200 in title for title in titles(svg))
    spans = [len(list(text.iter(f"{SVG}tspan"))) for text in read(svg).iter(f"{SVG}text")]
    assert max(spans) <= 8


@pytest.mark.parametrize(
    "text", ["<b>&\"'", "]]> <!-- --", "学び合い", "الاستدلال", "a\u0000b\ud800", "\U0001f600"]
)
@pytest.mark.parametrize("width", [320, 960])
def test_any_text_is_shown_as_text(text: str, width: int) -> None:
    theory = a_theory(drivers=(Driver(id=DriverId("driver-reasoning"), text=text),), links=())

    svg = driver_diagram(theory, aim=an_aim(title=text, statement=text), width=width, title=text)

    shown = "".join(char for char in text if char not in "\u0000\ud800")
    assert texts(svg).count(shown) >= 3


def test_a_linked_idea_that_is_not_given_goes_by_its_id() -> None:
    assert IDEA in texts(driver_diagram(a_theory(), aim=an_aim()))


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(InvalidValue, match="the aim of this theory"):
        driver_diagram(a_theory(), aim=an_aim(id="another"))
    with pytest.raises(InvalidValue, match="an id that no change idea has"):
        driver_diagram(a_theory(), ideas=[an_idea("driver-language")])
    with pytest.raises(InvalidValue, match="not the aim's"):
        driver_diagram(a_theory(), ideas=[an_idea(AIM)])
    with pytest.raises(InvalidValue, match="width"):
        driver_diagram(a_theory(), width=319)
    with pytest.raises(InvalidValue, match="theme"):
        driver_diagram(a_theory(), theme="sepia")
    with pytest.raises(InvalidValue, match="id"):
        driver_diagram(a_theory(), id='"><script>')


def test_the_same_theory_gives_the_same_bytes() -> None:
    assert sacramento() == sacramento()
    assert sacramento(id="a").replace('"a', '"b').replace(" a-d", " b-d") == sacramento(id="b")


@given(
    st.integers(0, 12),
    st.lists(st.tuples(st.integers(0, 20), st.integers(-1, 11)), max_size=40, unique=True),
    st.sampled_from([320, 600, 960, 2400]),
)
def test_whatever_is_linked_each_node_and_link_is_drawn_once(
    count: int, found: list[tuple[int, int]], width: int
) -> None:
    pairs = [
        (f"d{cause}" if cause < 12 else f"i{cause}", AIM if effect < 0 else f"d{effect}")
        for cause, effect in found
        if effect < min(cause, count) and (cause < count or cause >= 12)
    ]
    theory = theory_of(count, pairs)
    ideas = [ChangeIdea(ChangeIdeaId(f"i{n}"), AIM, f"Idea {n}") for n in range(12, 21)]

    said = titles(driver_diagram(theory, aim=an_aim(), ideas=ideas, width=width))

    boxes = [title for title in said if title.startswith(("Aim", "Primary", "Secondary", "Change"))]
    assert len(boxes) == 1 + count + len(ideas)
    assert len(set(boxes)) == len(boxes)
    links = [title for title in said if title not in boxes]
    if "also serves" not in "".join(boxes) and width >= 960 and len(levels_of(theory, ideas)) < 7:
        assert len(links) == len(pairs)


def levels_of(theory: Theory, ideas: list[ChangeIdea]) -> list[list[str]]:
    return levels(driver_graph(theory, ideas=ideas))


def test_a_driver_stands_behind_what_it_moves() -> None:
    theory = theory_of(4, [("d0", AIM), ("d1", "d0"), ("d2", "d1"), ("d3", "d0"), ("d3", "d2")])

    assert levels_of(theory, [an_idea()]) == [[AIM], ["d0"], ["d1"], ["d2"], ["d3"], [IDEA]]


def test_a_chain_of_a_thousand_drivers_is_drawn() -> None:
    chain = [("d0", AIM), *((f"d{n + 1}", f"d{n}") for n in range(999))]

    svg = driver_diagram(theory_of(1000, chain))

    assert len(titles(svg)) == 1001 + 1000


def test_columns_are_ordered_so_that_links_need_not_cross() -> None:
    left, right = ["a", "b", "c", "d"], ["p", "q", "r", "s"]
    links = [("p", "d"), ("q", "c"), ("r", "b"), ("s", "a")]

    layers = arrange([left, right], dict.fromkeys(left + right, 20.0), links, gap=10)

    places = [{key: i for i, key in enumerate(column)} for column in layers.columns]
    assert all(places[1][source] == places[0][target] for source, target in links)


@given(
    st.lists(st.integers(1, 6), min_size=2, max_size=5),
    st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=40, unique=True),
    st.lists(st.floats(20, 120), min_size=30, max_size=30),
)
def test_boxes_of_a_column_keep_their_distance_and_their_room(
    sizes: list[int], found: list[tuple[int, int]], tall: list[float]
) -> None:
    keys = iter(f"k{n}" for n in range(30))
    columns = [[next(keys) for _ in range(size)] for size in sizes]
    flat = [key for column in columns for key in column]
    at = {key: c for c, column in enumerate(columns) for key in column}
    heights = {key: tall[i] for i, key in enumerate(flat)}
    links = [
        (f"k{a}", f"k{b}") for a, b in found if max(a, b) < len(flat) and at[f"k{a}"] > at[f"k{b}"]
    ]

    layers = arrange(columns, heights, links, gap=10)

    for before, column in zip(columns, layers.columns, strict=True):
        assert sorted(column) == sorted(before)
        for upper, lower in pairwise(column):
            least = (heights[upper] + heights[lower]) / 2 + 10
            assert layers.middle[lower] - layers.middle[upper] >= least - 1e-6
        for key in column:
            assert layers.middle[key] - heights[key] / 2 >= -1e-6
            assert layers.middle[key] + heights[key] / 2 <= layers.height + 1e-6
    for (source, target), route in zip(links, layers.routes, strict=True):
        between = range(at[source] - 1, at[target], -1)
        assert len(route) == len(between)
        for c, y in zip(between, route, strict=True):  # never through a box
            assert all(abs(layers.middle[k] - y) >= heights[k] / 2 + 10 - 1e-6 for k in columns[c])
