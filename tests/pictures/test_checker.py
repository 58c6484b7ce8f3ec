"""The checker itself: what is wrong is found, what is right is let through."""

import pytest

from tests.pictures.browser import Browser
from tests.pictures.faults import all_faults, faults_of, outside_frames
from tests.pictures.generated import Picture


def a_picture(*texts: str) -> Picture:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100" viewBox="0 0 300 100" '
        f'font-size="14">{"".join(texts)}</svg>'
    )
    return Picture("by hand", svg)


def test_two_labels_on_one_another_are_found(browser: Browser) -> None:
    picture = a_picture(
        '<text x="20" y="40">median 42%</text>', '<text x="70" y="44">target 45%</text>'
    )

    (fault,) = all_faults(browser, [picture])

    assert fault.startswith("by hand: 'median 42%' and 'target 45%' share ")


@pytest.mark.parametrize(
    "text",
    [
        '<text x="250" y="40">a label that goes on</text>',
        '<text x="-6" y="40">begins too far left</text>',
        '<text x="20" y="8">too high</text>',
        '<text x="20" y="99">too low</text>',
        '<text x="20" y="40" transform="rotate(-90 20 40)">too long upright</text>',
    ],
)
def test_a_label_that_is_cut_off_is_found(browser: Browser, text: str) -> None:
    (fault,) = all_faults(browser, [a_picture(text)])

    assert fault.endswith("px outside the picture")


def test_one_line_of_a_text_on_another_text_is_found(browser: Browser) -> None:
    lines = '<tspan x="20" y="30">first</tspan><tspan x="20" y="50">second</tspan>'
    picture = a_picture(f"<text>{lines}</text>", '<text x="30" y="50">third</text>')

    (fault,) = all_faults(browser, [picture])

    assert "'second' and 'third'" in fault


def test_neighbours_lines_and_invisible_words_are_no_fault(browser: Browser) -> None:
    picture = a_picture(
        '<text x="20" y="30">left</text><text x="60" y="30">right</text>',
        '<text><tspan x="20" y="60">one</tspan><tspan x="20" y="72">two</tspan></text>',
        '<text x="20" y="30" visibility="hidden">nobody sees it</text><text x="20" y="30"/>',
    )

    assert all_faults(browser, [picture]) == []


def test_words_that_leave_their_box_are_found(browser: Browser) -> None:
    picture = a_picture(
        '<g><rect x="10" y="10" width="60" height="30"/><text x="15" y="30">far too wide</text></g>'
        '<g><rect x="150" y="10" width="100" height="30"/><text x="155" y="30">inside</text></g>'
    )

    (measured,) = browser.measure([picture.svg])

    assert list(outside_frames(measured)) == ["'far too wide' leaves its box"]
    assert list(faults_of(measured)) == []


@pytest.mark.parametrize("scale", [1, 2])
def test_a_forced_font_is_the_one_that_is_measured(browser: Browser, scale: float) -> None:
    picture = a_picture('<text x="20" y="40" font-family="sans-serif">The width of words</text>')

    (serif,) = browser.measure([picture.svg], font="monospace", scale=scale)
    (sans,) = browser.measure([picture.svg], font="sans-serif", scale=scale)

    assert (serif.width, serif.height) == (300, 100)
    assert serif.words[0].box.right > sans.words[0].box.right + 1


def test_pictures_are_measured_in_their_order_over_several_pages(browser: Browser) -> None:
    pictures = [a_picture(f'<text x="20" y="40">number {n}</text>').svg for n in range(120)]

    found = [words.said for measured in browser.measure(pictures) for words in measured.words]

    assert found == [f"number {n}" for n in range(120)]
