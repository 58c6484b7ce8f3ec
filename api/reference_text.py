"""The reference pages under docs/reference, written from the code that they describe."""

from collections.abc import Iterable, Sequence
from typing import Any

from api.problems import STATUSES, slug
from api.settings import help_texts
from pdsa.review import RULES, Severity

_MADE = "<!-- Written by `make schema`; change the code instead. -->"


def findings() -> str:
    """Every finding, in the order of its code."""
    rows = [
        (rule.code, rule.severity, rule.title, rule.why, rule.source)
        for rule in sorted(RULES.values(), key=lambda rule: rule.code)
    ]
    return _page(
        "Findings",
        "A review reads an inquiry as a linter reads code: it says what would make the next test a better one.",
        "Nothing here is a grade, and a team may leave a finding as it is.",
        f"Severities, in the order in which findings are shown: {', '.join(Severity)}.",
        "`pdsa.review(inquiry, on=day, select=['AIM', 'PLN1'])` and "
        "`pdsa review --select AIM,PLN1` take the beginnings of codes.",
        table=_table(("code", "severity", "finding", "why it matters", "source"), rows),
    )


def errors() -> str:
    """Every error that the API answers with, by status."""
    rows = [
        (f"`{error.__name__}`", status, title, f"`{slug(error)}`", _first(error.__doc__ or ""))
        for error, (status, title) in sorted(
            STATUSES.items(), key=lambda item: (item[1][0], item[0].__name__)
        )
    ]
    return _page(
        "Errors",
        "Every failure is answered as `application/problem+json` (RFC 9457) with `type`, `title`, `status`, `detail` and `instance`.",
        "`type` ends in the name below: `/problems#illegal-move`.",
        "`errors` names the places that are wrong: a `pointer` into the body (RFC 6901) or a `parameter`.",
        "A move that a cycle cannot make adds `stage`, `status_of_cycle` and `legal`, the moves that it can make; a stale version adds `current_version`.",
        "What is refused before the domain sees it (a body that is not JSON, an unknown path) has the type `about:blank`.",
        "In Python the same classes are raised, with the same facts as attributes: see `pdsa.errors`.",
        table=_table(("class", "status", "title", "type", "meaning"), rows),
    )


def settings() -> str:
    """Every setting with its default."""
    rows = [
        (f"`{name}`", f"`{default}`" if default else "", text)
        for name, default, text in help_texts()
    ]
    return _page(
        "Settings",
        "Settings come from variables of the environment, or from a TOML file that `PDSA_CONFIG` names.",
        "The file uses the names without `PDSA_`, in lower case: `port = 8080`.",
        "A variable overrides the file, and an empty variable counts as not set.",
        "`pdsa doctor` shows what is in force, without secrets.",
        table=_table(("variable", "default", "meaning"), rows),
    )


def operations(described: dict[str, Any]) -> str:
    """Every operation of an OpenAPI description, by tag."""
    groups: dict[str, list[tuple[str, ...]]] = {}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            row = (
                method.upper(),
                f"`{path}`",
                operation["summary"],
                f"`{operation['operationId']}`",
            )
            groups.setdefault(operation["tags"][0], []).append(row)
    head = ("method", "path", "what it does", "operation id")
    parts = [f"## {tag.capitalize()}\n\n{_table(head, rows)}" for tag, rows in groups.items()]
    return _page(
        "Operations",
        "Every operation of the API, with its parameters, bodies and answers in [openapi.json](../schema/openapi.json).",
        "A running server shows the same at `/reference`, and its description at `/api/v1/openapi.json`.",
        "Those two, `/`, `/problems` and `/health/live` need no token; everything below does.",
        "The conventions are told in [the guide](../guide/api.md).",
        table="\n".join(parts),
    )


def _page(title: str, *sentences: str, table: str) -> str:
    return "\n".join([f"# {title}", "", _MADE, "", *sentences, "", table])


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    cells = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in line] for line in lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


def _first(text: str) -> str:
    """The first paragraph of a docstring, as Markdown."""
    return text.strip().partition("\n\n")[0].replace("``", "`")
