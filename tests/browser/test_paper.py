"""Pages printed from the browser: what is on them is on paper, and nothing that can only be clicked."""

import io
from typing import Any
from unicodedata import normalize

import pypdf
import pytest

from tests.api.sample import AIM, CYCLE, MEASURE, TEAM
from tests.browser.axe import sideways
from tests.browser.site import Site

#: Between the margins of a sheet of letter paper, in CSS pixels.
LETTER = 740
SAID = "rose from 40% to 64%"
PAGES = [
    (f"/teams/{TEAM}", SAID),
    (f"/aims/{AIM}", "51%"),
    (f"/cycles/{CYCLE}/plan", "between 60% and 80%"),
    (f"/cycles/{CYCLE}/do", "22/27"),
    (f"/cycles/{CYCLE}/study", SAID),
    (f"/cycles/{CYCLE}/act", "say the frame to a partner"),
    (f"/measures/{MEASURE}", SAID),
    (f"/units/{TEAM}", "Academic discourse"),
]


@pytest.mark.parametrize(("path", "said"), PAGES)
def test_a_page_is_printed_whole_and_without_its_buttons(site: Site, path: str, said: str) -> None:
    site.load_sample()
    teacher: Any = site.signed_in("facilitator", TEAM)

    with site.visit(state=teacher, check=False) as page:
        page.goto(path)
        heading = page.locator("h1").inner_text()
        made = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, format="Letter")))
        page.emulate_media(media="print")
        cut = sideways(page, LETTER)

    text = normalize("NFKC", " ".join(sheet.extract_text() for sheet in made.pages))  # ligatures
    text = " ".join(text.split())
    assert heading in text
    assert said in text
    assert "Sign out" not in text
    assert "Español" not in text
    assert len(made.pages) <= 4
    assert not cut
