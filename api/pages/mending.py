"""Where on the pages a finding can be mended: the field that it is about."""

from collections.abc import Collection, Iterable

from pdsa.aim import Aim
from pdsa.review import Finding


def mend(finding: Finding, aim: Aim) -> str:
    """The address of the field that a finding is about."""
    at = f"#{finding.field}" if finding.field else ""
    if finding.code.startswith("DRV"):
        row = {"driver": f"#drivers/{finding.id}", "change_idea": f"#ideas/{finding.id}"}
        return f"/aims/{aim.id}/theory{row.get(finding.element, '')}"
    if finding.element == "aim" and not finding.field:
        if finding.code.startswith("PRB"):
            return f"/aims/{aim.id}/problem"
        if finding.code.startswith("MEA"):
            return f"/aims/{aim.id}/measures/new"
    match finding.element:
        case "cycle":
            stage = finding.field.partition("/")[0]
            stage = stage if stage in ("plan", "do", "study", "act") else ""
            return f"/cycles/{finding.id}/{stage}{at}" if stage else f"/cycles/{finding.id}"
        case "measure":
            return f"/measures/{finding.id}/edit{at}"
        case "change idea" | "change_idea":
            return f"/change-ideas/{finding.id}{at}"
        case "driver" | "theory":
            return f"/aims/{aim.id}/theory"
        case "problem":
            return f"/aims/{aim.id}/problem{at}"
    return f"/aims/{aim.id}/edit{at}"


def by_field(found: Iterable[Finding], anchors: Collection[str]) -> dict[str, list[Finding]]:
    """Findings by the field beside which they stand; else at the top of the page."""
    places: dict[str, list[Finding]] = {}
    for each in found:
        place = each.field
        while place and place not in anchors:
            place = place.rpartition("/")[0]
        places.setdefault(place, []).append(each)
    return places
