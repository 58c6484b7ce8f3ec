"""The profile as plain text, for a terminal or a mail."""

from pdsa.review.fidelity.items import SOURCE
from pdsa.review.fidelity.profile import Profile
from pdsa.words import mark, say, say_n

_HEAD = (
    # Translators: heads of the columns of a table.
    mark("Fidelity"),
    mark("counted"),
    mark("share"),
    mark("95% interval"),
    mark("published"),
)


def text(found: Profile) -> str:
    """The profile as a table of plain text, with the published rates beside."""
    rows = [tuple(map(say, _HEAD))]
    rows += [
        (
            share.title,
            say("{n} of {all}", n=share.passed, all=share.of),
            "-" if share.percent is None else f"{share.percent:.1f}%",
            "-" if share.percent is None else f"{share.low:.0f}-{share.high:.0f}%",
            f"{share.published:.1f}%",
        )
        for share in found.items
    ]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = [
        "  ".join(
            (
                row[0].ljust(widths[0]),
                *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True)),
            )
        )
        for row in rows
    ]
    if found.running:
        lines.append(
            say_n(
                "{n} cycle is still running, counted in none of these.",
                "{n} cycles are still running, counted in none of these.",
                found.running,
            )
        )
    if found.without_plan:
        lines.append(
            say_n(
                "{n} cycle is without a documented Plan, counted in none.",
                "{n} cycles are without a documented Plan, counted in none.",
                found.without_plan,
            )
        )
    published = mark("Published: {source}, 421 cycles in health care. Nothing here is a grade.")
    lines.append(say(published, source=SOURCE))
    return "\n".join(lines)
