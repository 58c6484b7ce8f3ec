import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from pdsa import Direction, MeasureId, MeasureUnit, PhaseKind
from pdsa.charts import (
    Annotation,
    AnnotationKind,
    Chart,
    ChartChoice,
    MeasureChart,
    chart,
)
from pdsa.charts.vega import vega_lite
from tests.builders import a_phase
from tests.pictures.generated import a_chart, a_measure_chart, rng

FIRST = date(2018, 1, 12)


def weekly(count: int) -> list[date]:
    return [FIRST + timedelta(weeks=week) for week in range(count)]


def frame_use(**options: Any) -> Chart:
    counts = [10, 12, None, 13, 14, 15, 20, 22, 23, 24, 25, 26]
    return chart("p", counts, [28] * 12, weekly(12), multiply=100, **options)


def measured(of: Chart, **changes: Any) -> MeasureChart:
    options = {
        "measure_id": MeasureId("measure-frame-use"),
        "name": "Sentence-frame use",
        "unit": MeasureUnit.percentage,
        "direction": Direction.increase,
        "choice": ChartChoice(drawn=of.kind, advised=of.kind, why="A share."),
        "reading": "Sentence-frame use rose from 36% to 93%.",
    }
    return MeasureChart(chart=of, **(options | changes))


def layers(specification: dict[str, Any], mark: str) -> list[dict[str, Any]]:
    return [layer for layer in specification["layer"] if layer["mark"]["type"] == mark]


def numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from numbers(each)
    elif isinstance(value, float):
        yield value


def test_the_description_is_the_reading() -> None:
    assert vega_lite(measured(frame_use()))["description"] == (
        "Sentence-frame use rose from 36% to 93%."
    )
    plain = frame_use()
    assert vega_lite(plain, title="Use")["description"] == plain.reading("Use")
    assert vega_lite(plain, title="Use")["title"] == "Use"


def test_the_line_breaks_where_a_point_is_missing() -> None:
    specification = vega_lite(frame_use())

    rows = specification["datasets"]["points"]

    assert rows[2]["y"] is None
    assert rows[1]["stretch"] != rows[3]["stretch"]
    assert len({row["stretch"] for row in rows if row["y"] is not None}) == 2
    (line,) = (layer for layer in layers(specification, "line") if "transform" in layer)
    assert line["transform"] == [{"filter": "isValid(datum.y)"}]
    assert line["encoding"]["detail"]["field"] == "stretch"


def test_centre_limits_and_target_are_steps_told_apart_by_their_dashes() -> None:
    specification = vega_lite(frame_use(target=60, part=[6]))

    (steps,) = (layer for layer in layers(specification, "line") if "transform" not in layer)
    rows = specification["datasets"]["lines"]

    assert steps["mark"]["interpolate"] == "step"
    assert steps["encoding"]["strokeDash"]["scale"]["domain"] == ["mean", "limits", "target"]
    assert len({tuple(dash) for dash in steps["encoding"]["strokeDash"]["scale"]["range"]}) == 3
    means = {row["stretch"]: row["y"] for row in rows if row["line"] == "mean"}
    assert len(means) == 2
    assert {row["y"] for row in rows if row["line"] == "target"} == {60}


def test_points_show_signals_by_their_shape() -> None:
    specification = vega_lite(frame_use(exclude=[2]))

    (points,) = layers(specification, "point")
    shape = points["encoding"]["shape"]

    assert shape["scale"]["domain"] == [
        "as chance would have it",
        "more than chance",
        "left out of the analysis",
    ]
    assert shape["scale"]["range"] == ["circle", "diamond", "cross"]
    shows = [row["shows"] for row in specification["datasets"]["points"]]
    assert shows[1] == "left out of the analysis"
    assert "more than chance" in shows


def test_dates_are_days_in_utc_names_are_ordinal_and_numbers_stay_numbers() -> None:
    def x_of(specification: dict[str, Any]) -> dict[str, Any]:
        x: dict[str, Any] = layers(specification, "point")[0]["encoding"]["x"]
        return x

    dated = vega_lite(frame_use())
    named = vega_lite(chart("run", [1, 3, 2], x=["Room 14", "Room 12", "Room 3"]))
    numbered = vega_lite(chart("run", [1, 3, 2]))

    assert (x_of(dated)["type"], x_of(dated)["scale"]) == ("temporal", {"type": "utc"})
    assert dated["datasets"]["points"][0]["x"] == "2018-01-12"
    assert x_of(named)["type"] == "ordinal"
    assert x_of(named)["sort"] == [row["x"] for row in named["datasets"]["points"]]
    assert x_of(numbered)["type"] == "quantitative"


def test_phases_come_with_their_reason_and_windows_with_their_text() -> None:
    days = weekly(12)
    made = frame_use(freeze=3)
    of = measured(
        made,
        phases=(a_phase(kind=PhaseKind.freeze, on=days[2]),),
        annotations=(
            Annotation(
                kind=AnnotationKind.cycle, first=days[3], label="PDSA 1", text="Cycle 1", open=True
            ),
            Annotation(
                kind=AnnotationKind.decision, first=days[9], label="Adapt", text="Adapt: rehearse"
            ),
        ),
    )

    specification = vega_lite(of)

    assert specification["datasets"]["events"] == [
        {
            "x": "2018-01-26",
            "text": "End of the baseline: Until then nobody had seen the frame.",
        },
        {
            "x": "2018-02-02",
            "kind": "cycle",
            "label": "PDSA 1",
            "text": "2 February 2018: Cycle 1",
            "last": "2018-03-30",
        },
        {
            "x": "2018-03-16",
            "kind": "decision",
            "label": "Adapt",
            "text": "16 March 2018: Adapt: rehearse",
        },
    ]
    assert [len(layers(specification, mark)) for mark in ("rect", "rule")] == [1, 1]


@pytest.mark.parametrize("values", [[], [None], [None, None], [5.0]])
def test_a_chart_with_next_to_no_data_is_a_specification_too(values: list[float | None]) -> None:
    specification = vega_lite(chart("run", values), width="container")

    assert len(specification["datasets"]["points"]) == len(values)
    assert specification["width"] == "container"
    json.dumps(specification, allow_nan=False)


def test_any_chart_gives_json_with_finite_numbers_and_known_fields() -> None:
    for seed in range(120):
        r = rng(seed)
        made, what = a_chart(r)
        dated = bool(made.points.x) and isinstance(made.points.x[0], date)
        specification = vega_lite(a_measure_chart(r, made) if dated else made, title="A measure")

        written = json.loads(json.dumps(specification, allow_nan=False))

        assert written == specification, what
        assert all(abs(number) < 1e100 for number in numbers(written))
        for layer in specification["layer"]:
            rows = specification["datasets"][layer["data"]["name"]]
            fields = {key for row in rows for key in row}
            asked = {
                channel["field"]
                for channels in layer["encoding"].values()
                for channel in (channels if isinstance(channels, list) else [channels])
            }
            assert asked <= fields or not rows, (what, layer["mark"])


def test_the_styles_of_one_specification_are_its_own() -> None:
    first, second = vega_lite(frame_use()), vega_lite(frame_use())

    first["config"]["style"]["pdsa-line"]["stroke"] = "black"

    assert second["config"]["style"]["pdsa-line"]["stroke"] != "black"
