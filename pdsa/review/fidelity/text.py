"""The profile as plain text, for a terminal or a mail."""

from pdsa.review.fidelity.items import SOURCE
from pdsa.review.fidelity.profile import Profile

_HEAD = ("Fidelity", "counted", "share", "95% interval", "published")


def text(found: Profile) -> str:
    """The profile as a table of plain text, with the published rates beside."""
    rows = [_HEAD]
    rows += [
        (
            share.title,
            f"{share.passed} of {share.of}",
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
        lines.append(f"{_cycles(found.running)} still running, counted in none of these.")
    if found.without_plan:
        lines.append(f"{_cycles(found.without_plan)} without a documented Plan, counted in none.")
    lines.append(f"Published: {SOURCE}, 421 cycles in health care. Nothing here is a grade.")
    return "\n".join(lines)


def _cycles(n: int) -> str:
    return "1 cycle is" if n == 1 else f"{n} cycles are"
