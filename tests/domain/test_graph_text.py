import re
import shutil
import subprocess
from datetime import date
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdsa import Driver, DriverId, InvalidValue, Link, Strength, Theory
from pdsa.charts.graph_text import dot, mermaid
from tests.builders import AIM, IDEA, a_theory, an_aim, an_idea

NASTY = [
    'He said "yes" & left; #1 #quot; #35; &lt; &amp; <b>bold</b> <script>alert(1)</script>',
    "[a] {b} (c) ]] )) }} |d| --> == -.-> %% comment",
    'back\\slash \\N \\n \\" \\',
    "line\nbreak\ttab",
    "1. first",
    "- dash",
    "`code` **bold** _it_ ~x~ $$x$$",
    "end",
    "style a:b#c;",
    "%%{init: {}}%%",
    "学び合い العربية \U0001f600",
    '"',
    "\\",
    "a\u0000b\u2028c",
]


def theory_of(texts: list[str]) -> Theory:
    drivers = tuple(Driver(id=DriverId(f"d-{n}"), text=text) for n, text in enumerate(texts))
    links = tuple(Link(source=driver.id, target=AIM) for driver in drivers)
    return Theory(AIM, date(2018, 1, 1), drivers, links)


def decoded(said: str) -> str:
    return re.sub(r"#(\d+);", lambda found: chr(int(found[1])), said)


def test_mermaid_draws_causes_on_the_right_and_says_what_it_shows() -> None:
    written = mermaid(a_theory(), aim=an_aim(statement="Talk."), ideas=[an_idea()])

    assert written.splitlines() == [
        "flowchart RL",
        "  accTitle: Driver diagram#58; Academic discourse",
        "  accDescr: 1 primary driver, 1 secondary driver, 1 change idea and 3 links"
        " #40;2 strong, 1 weak#41;#46;",
        '  n_aim_discourse[["Academic discourse<br/>Talk#46;"]]',
        '  n_driver_reasoning["Students explain their reasoning"]',
        '  n_driver_language["Students have the words for it"]',
        '  n_idea_exit_ticket("Exit ticket with a sentence frame")',
        "  n_driver_reasoning ==> n_aim_discourse",
        "  n_driver_language -.-> n_driver_reasoning",
        "  n_idea_exit_ticket ==> n_driver_language",
    ]


def test_dot_draws_causes_on_the_right_and_says_what_it_shows() -> None:
    written = dot(a_theory(), aim=an_aim(), ideas=[an_idea()])

    assert written.startswith("digraph {\n  graph [rankdir=RL, ")
    assert '  n_driver_language -> n_driver_reasoning [style=dashed, penwidth=1.2, tooltip="' in (
        written
    )
    assert "  n_idea_exit_ticket -> n_driver_language [style=solid, penwidth=2.4" in written
    assert 'label="Exit ticket with a sentence\\nframe"' in written


@pytest.mark.parametrize("text", NASTY)
def test_no_sign_of_mermaid_or_html_is_left_in_a_text(text: str) -> None:
    written = mermaid(theory_of([text]), aim=an_aim(title=text), ideas=[an_idea(title=text)])

    (said,) = re.findall(r'^  n_d_0\["([^"]*)"\]$', written, re.MULTILINE)
    shown = " ".join(text.split()).replace("\u0000", "")
    assert decoded(said) == shown
    assert re.fullmatch(r"(?:[A-Za-z0-9 ,]|[^\x00-\x7f]|#\d+;)*", said)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_leaves_the_lines_of_both_languages_whole(text: str, other: str) -> None:
    plain, theory = theory_of(["A", "B"]), theory_of([text, other])

    for write in (mermaid, dot):
        assert write(theory).count("\n") == write(plain).count("\n")
    quotes = re.sub(r'"(?:[^"\\]|\\.)*"', "", dot(theory))
    assert '"' not in quotes
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", dot(theory) + mermaid(theory))


def test_a_node_keeps_its_name_when_others_come() -> None:
    assert "n_driver_language" in mermaid(a_theory())
    assert "n_driver_language" in mermaid(a_theory(), ideas=[an_idea(), an_idea("more")])


def test_ids_that_look_alike_get_names_of_their_own() -> None:
    theory = Theory(
        AIM,
        date(2018, 1, 1),
        tuple(Driver(id=DriverId(id), text=id) for id in ("a-b", "a.b", "a_b")),
    )

    names = re.findall(r"^  (n_a_\w+)\[", mermaid(theory), re.MULTILINE)

    assert names == ["n_a_b", "n_a_b__2", "n_a_b__3"]


def test_what_is_not_linked_yet_is_dashed_and_says_so() -> None:
    theory = a_theory(links=())

    assert "Secondary driver, not linked yet" in mermaid(theory)
    assert "class n_driver_reasoning,n_driver_language unlinked" in mermaid(theory)
    assert dot(theory).count('style="dashed"') == 2


def test_a_weak_link_is_told_from_a_strong_one() -> None:
    links = (
        Link(source="driver-reasoning", target=AIM, strength=Strength.weak),
        Link(source="driver-language", target=AIM),
    )

    written = mermaid(a_theory(links=links))

    assert "n_driver_reasoning -.-> n_aim_discourse" in written
    assert "n_driver_language ==> n_aim_discourse" in written


def test_the_aim_of_another_theory_is_refused() -> None:
    for write in (mermaid, dot):
        with pytest.raises(InvalidValue, match="the aim of this theory"):
            write(a_theory(), aim=an_aim(id="another"))


@pytest.mark.slow
def test_graphviz_shows_every_text_as_it_was_written() -> None:
    if shutil.which("dot") is None:
        pytest.skip("no Graphviz here (on Debian: apt-get install graphviz)")
    texts = [text for text in NASTY if len(text) <= 30]
    theory = theory_of(texts)

    drawn = subprocess.run(
        ["dot", "-Tsvg"], input=dot(theory), capture_output=True, text=True, check=True
    ).stdout

    svg = "{http://www.w3.org/2000/svg}"
    shown = {text.text or "" for text in ElementTree.fromstring(drawn).iter(f"{svg}text")}  # noqa: S314
    assert {" ".join(text.split()).replace("\u0000", "") for text in texts} <= shown
    assert IDEA not in shown
