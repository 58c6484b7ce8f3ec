"""Everything that the domain says is in every language, and an inquiry is told wholly in it."""

from datetime import date

import pytest

from api.words import LOCALES, catalogues, language
from pdsa import loads, measure_charts
from pdsa.charts import svg
from pdsa.monitoring import statuses
from pdsa.reference import sacramento
from pdsa.review import Record, findings
from pdsa.words import spoken
from tests.domain.templates import templates
from tests.words.texts import Text

OTHERS = [code for code in LOCALES if code != "en"]
SAID: dict[Text, list[str]] = templates()


def messages(code: str) -> dict[Text, Text]:
    return {
        each.id: each.string
        for catalogue in catalogues(code).values()
        for each in catalogue
        if each.id
    }


@pytest.mark.parametrize("code", OTHERS)
def test_everything_that_the_domain_says_is_in_the_catalogue(code: str) -> None:
    known = messages(code)

    missing = [f"{', '.join(where)}: {text!r}" for text, where in SAID.items() if text not in known]

    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("code", OTHERS)
def test_the_catalogue_of_the_domain_has_nothing_that_is_said_no_more(code: str) -> None:
    for message in catalogues(code)["domain"]:
        assert not message.id or message.id in SAID, message.id


def test_an_inquiry_is_told_in_spanish() -> None:
    inquiry, on = loads(sacramento()), date(2018, 3, 16)
    (measure,) = inquiry.measures

    with spoken(language("es")):
        (chart,) = measure_charts(measure, inquiry.points, calendar=inquiry.calendar)
        picture = svg.chart(chart)
        told = {each.code: each for each in findings(inquiry, on=on)}
        status = list(statuses(Record(inquiry, on)))[-1]

    assert chart.reading.startswith(
        "Sentence-frame use on exit tickets subió de 40% a 64% entre el 13 de octubre de 2017"
    )
    assert "promedio 51.8%" in picture
    assert "oct" in picture or "nov" in picture
    assert "meta" in told["AIM201"].message
    assert "meta" in told["AIM201"].next or "medida" in told["AIM201"].next
    assert status.reason.startswith("No se puede decir: ninguna medida")
