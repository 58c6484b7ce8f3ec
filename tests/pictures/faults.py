"""What is wrong with a picture: words that are cut off, on one another, or out of their box."""

from collections.abc import Iterator, Sequence

from tests.pictures.browser import Box, Browser, Measured, Words
from tests.pictures.generated import Picture

OUTSIDE, OVERLAP = 0.5, 1.0


def faults_of(measured: Measured) -> Iterator[str]:
    """Every fault in a sentence that names the words."""
    for words in measured.words:
        left, top, right, bottom = words.box
        over = max(-left, -top, right - measured.width, bottom - measured.height)
        if over > OUTSIDE:
            yield f"{words.said!r} is {over:.1f} px outside the picture"
    ordered = sorted(measured.words, key=lambda words: words.box.left)
    for i, one in enumerate(ordered):
        for other in ordered[i + 1 :]:
            if other.box.left > one.box.right:
                break
            if one.element == other.element:
                continue
            across, down = _shared(one.box, other.box)
            if across > OVERLAP and down > OVERLAP:
                yield f"{one.said!r} and {other.said!r} share {across:.1f} x {down:.1f} px"


def outside_frames(measured: Measured) -> Iterator[str]:
    """Words that leave the box that is drawn around them."""
    for words in measured.words:
        if words.frame is not None and not _within(words, words.frame):
            yield f"{words.said!r} leaves its box"


def all_faults(
    browser: Browser, pictures: Sequence[Picture], *, font: str = "", scale: float = 1
) -> list[str]:
    """The faults of many pictures, each with the name that makes the picture again."""
    measured = browser.measure([picture.svg for picture in pictures], font=font, scale=scale)
    assert len(measured) == len(pictures)
    return [
        f"{picture.name}: {fault}"
        for picture, found in zip(pictures, measured, strict=True)
        for fault in (*faults_of(found), *outside_frames(found))
    ]


def _within(words: Words, frame: Box) -> bool:
    left, top, right, bottom = words.box
    return (
        left >= frame.left - OUTSIDE
        and top >= frame.top - OUTSIDE
        and right <= frame.right + OUTSIDE
        and bottom <= frame.bottom + OUTSIDE
    )


def _shared(one: Box, other: Box) -> tuple[float, float]:
    return (
        min(one.right, other.right) - max(one.left, other.left),
        min(one.bottom, other.bottom) - max(one.top, other.top),
    )
