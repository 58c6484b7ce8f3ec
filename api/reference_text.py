"""The reference pages under docs/reference, written from the code that they describe."""

import inspect
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from api.problems import STATUSES, slug
from api.settings_shown import help_texts
from pdsa.ids import AimId, SilenceId
from pdsa.reference import MODEL_DAY
from pdsa.review import RULES, Rule, Severity, example
from pdsa.silence import Silence
from pdsa.units import AUDIENCES, INVITED, ROLES, Action, Reach, Role

#: What is no page, and what the API's own reference tells of.
_NO_PAGES = ("/api/", "/health/", "/metrics", "/static/")
_MADE = "<!-- Written by `make schema`; change the code instead. -->"


def findings() -> str:
    """Every finding, in the order of its code: a table, then each with its examples."""
    rules = [rule for _, rule in sorted(RULES.items())]
    rows = [(f"[{rule.code}](#{rule.code.lower()})", rule.severity, rule.title) for rule in rules]
    return _page(
        "Findings",
        "A review reads an inquiry as a linter reads code: it says what would make the next test a better one.",
        "Nothing here is a grade, and a team may leave a finding as it is.",
        f"Severities, in the order in which findings are shown: {', '.join(Severity)}.",
        "[The guide](../guide/review.md) tells how findings are selected, ignored and silenced.",
        "The examples are the model inquiry (`pdsa.reference.model()`) with a few places changed: each line is a JSON pointer with what stands there instead.",
        f"It is reviewed on {MODEL_DAY}, where no other day is given, and as it is no rule finds anything in it.",
        table="\n".join(
            [_table(("code", "severity", "finding"), rows), *(_finding(rule) for rule in rules)]
        ),
    )


def _finding(rule: Rule) -> str:
    """The section about one rule."""
    silence = Silence(
        id=SilenceId("silence-1"),
        aim_id=AimId("aim-justify"),
        code=rule.code,
        reason="Why the team leaves it as it is.",
    )
    parts = [
        f"## {rule.code}",
        f"{rule.title} ({rule.severity}).",
        _sentences(rule.about),
        f"Why it matters: {rule.why}\nSource: {rule.source}.",
    ]
    shown = example(rule.code)
    if shown is not None:
        on = "" if shown.on == MODEL_DAY else f" on {shown.on}"
        parts += [f"Found{on}:", _changes(shown.fails), f"Not found{on}:", _changes(shown.passes)]
    written = msgspec.json.encode(
        {field: getattr(silence, field) for field in ("id", "aim_id", "code", "reason")}
    )
    parts += ["To leave it as it is, in `silences`:", _json(written)]
    return "\n\n".join(parts) + "\n"


def _changes(changes: dict[str, Any]) -> str:
    if not changes:
        return "The model inquiry as it is."
    lines = ",\n".join(
        f"  {msgspec.json.encode(pointer).decode()}: {_value(value)}"
        for pointer, value in changes.items()
    )
    return f"```json\n{{\n{lines}\n}}\n```"


def _value(value: Any) -> str:
    """A value on one line, or a list of objects on a line for each."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(f"    {_value(each)}" for each in value) + "\n  ]"
    return msgspec.json.format(msgspec.json.encode(value), indent=0).decode()


def _json(document: bytes) -> str:
    return f"```json\n{msgspec.json.format(document, indent=0).decode()}\n```"


def _sentences(docstring: str) -> str:
    """A docstring as Markdown, each sentence on its line."""
    joined = " ".join(docstring.split()).replace("``", "`")
    return re.sub(r"(?<=[\w)`])\. (?=[A-Z`])", ".\n", joined)


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
        "A move that a cycle cannot make adds `stage`, `status_of_cycle` and `legal`, the moves that it can make; a turn that a request cannot take adds `state` and `legal`; a stale version adds `current_version`.",
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
        "A variable that ends in `_FILE` names a file that holds the value: `PDSA_DATABASE_FILE` for "
        "`PDSA_DATABASE`; keep secrets so.",
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
        "Those two, `/`, `/problems`, `/health/live` and `/health/ready` need no token, `/metrics` one of its own; what is below does, but for signing in, asking for a new password, and the review of a document (`POST /api/v1/review`).",
        "What concerns accounts, sessions, tokens and passwords takes a person who is signed in, and no token.",
        "People sign in on [pages](pages.md); sign-in with the district goes by `/sign-in/{provider}` to the provider and by `/sign-in/{provider}/callback` back, and [the guide](../guide/sign-in.md) tells how.",
        "The conventions are told in [the guide](../guide/api.md).",
        table="\n".join(parts),
    )


def pages(app: Litestar) -> str:
    """Every page, in the order in which somebody comes by it."""
    rows = [(f"`{path}`", ", ".join(sorted(methods)), said) for path, methods, said in _pages(app)]
    return _page(
        "Pages",
        "What teams, Instructional Leadership Teams and administrators open in a browser.",
        "Pages are server-rendered, need no script, and are in English and Spanish; `?lang=es` chooses.",
        "They do what the [API](operations.md) does, by the same functions, with the same rights.",
        table=_table(("path", "method", "what it is"), sorted(dict.fromkeys(rows))),
    )


def page_paths(app: Litestar) -> list[tuple[str, frozenset[str]]]:
    """The path of every page with its methods, once for each handler."""
    return list(dict.fromkeys((path, methods) for path, methods, _ in _pages(app)))


def _pages(app: Litestar) -> Iterator[tuple[str, frozenset[str], str]]:
    for handlers in app.route_handler_method_map.values():
        for handler in dict.fromkeys(handlers.values()):
            paths = [path for path in sorted(handler.paths) if not path.startswith(_NO_PAGES)]
            if not isinstance(handler, HTTPRouteHandler) or handler.include_in_schema or not paths:
                continue
            methods = frozenset(handler.http_methods - {"HEAD", "OPTIONS"})
            if methods:
                said = _first(inspect.getdoc(handler.fn) or "")
                for path in paths:
                    yield re.sub(":[a-z]+}", "}", path), methods, said


def roles() -> str:
    """Every role with what it may do, and what each audience is shown."""
    actions = [action.value for action in Action]
    rows = [
        (
            f"`{role}`",
            rights.meaning,
            _REACH[rights.reach],
            *("yes" if action in rights.actions else "" for action in Action),
            "yes" if rights.official else "",
        )
        for role, rights in ROLES.items()
    ]
    audiences = [(f"`{audience}`", *shown) for audience, shown in AUDIENCES.items()]
    return _page(
        "Roles",
        "A role is given on a unit, from one day to another; without a unit it holds everywhere.",
        "What is not in this table is not allowed.",
        "What you may not see is answered as if it were not there (404); what you may see but not do is 403.",
        f"Whoever may `invite` gives the roles {', '.join(f'`{role}`' for role in Role if role in INVITED)} on that unit, and none to themselves; an administrator gives every role.",
        "Whoever may `log` says what the team and its classrooms are called, and chooses the words of its stages; of a school, and of what is above it, an administrator does.",
        "A token may do less than its person: its scopes are `read` (see), `write` (see, log, publish, assess) or `administer` (everything), on every unit or in one and all under it.",
        table=_table(("role", "who", "reaches", *actions, "school official"), rows)
        + "\n## Who is shown what\n\n"
        "The team is whoever holds a role on that unit itself. "
        "Its school are school officials with a role on the school, or between it and the team. "
        "Whoever else may see the unit stands above.\n"
        "[Small cells](../guide/privacy.md) has the rules.\n\n"
        + _table(
            ("audience", "data points of a classroom", "figures about few students"), audiences
        ),
    )


_REACH = {
    Reach.unit: "the unit and its classrooms",
    Reach.subtree: "the unit and everything under it",
}


def _page(title: str, *sentences: str, table: str) -> str:
    return "\n".join([f"# {title}", "", _MADE, "", *sentences, "", table])


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    cells = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in line] for line in lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


def _first(text: str) -> str:
    """The first paragraph of a docstring, as Markdown."""
    return text.strip().partition("\n\n")[0].replace("``", "`")
