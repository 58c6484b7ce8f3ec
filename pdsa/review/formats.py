"""Findings for other tools: where each stands in a document, SARIF 2.1.0, workflow commands."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from pdsa import __version__
from pdsa.interchange import Inquiry
from pdsa.review.finding import Finding, Severity
from pdsa.review.registry import RULES, Rule
from pdsa.words import say

#: How much a finding weighs, in the words of SARIF (3.27.10) and of workflow commands.
_TO_FILL = re.compile(r"\{(\d+)\}")
_SARIF = {Severity.blocker: "error", Severity.advice: "warning", Severity.note: "note"}
_GITHUB = {Severity.blocker: "error", Severity.advice: "warning", Severity.note: "notice"}

_LISTS = {
    "change_idea": "change_ideas",
    "measure": "measures",
    "cycle": "cycles",
}


def pointers(inquiry: Inquiry | None, found: Iterable[Finding]) -> list[str]:
    """The JSON pointer (RFC 6901) of each finding's place in the inquiry's document.

    There is no inquiry where a document could not be read for a circle (``document_findings``).
    """
    at: dict[tuple[str, str], str] = {}
    for element, name in _LISTS.items():
        for i, each in enumerate(getattr(inquiry, name, ())):
            at[element, each.id] = f"/{name}/{i}"
    if inquiry is not None and inquiry.theory:
        last = len(inquiry.theory) - 1
        for i, driver in enumerate(inquiry.theory[-1].drivers):
            at["driver", driver.id] = f"/theory/{last}/drivers/{i}"
    places = []
    for finding in found:
        known = f"/{finding.id if finding.element == 'theory' else finding.element}"
        place = at.get((finding.element, finding.id), known)
        places.append(f"{place}/{finding.field}" if finding.field else place)
    return places


def uri_of(path: str) -> str:
    """The URI reference of a file (RFC 3986): relative as given, or ``file://`` and absolute."""
    plain = path.replace("\\", "/")
    quoted = quote(plain, safe="/")
    return f"file://{quoted}" if plain.startswith("/") else quoted


def sarif(
    found: Iterable[Finding],
    places: Iterable[str] = (),
    lines: Mapping[str, int] | None = None,
    *,
    path: str = "",
) -> dict[str, Any]:
    """The findings as one run of SARIF 2.1.0 (OASIS), which code hosts and editors read.

    ``places`` are JSON pointers, ``lines`` the line of each in the document at ``path`` (from 1).
    What the team has silenced is carried as suppressed, with the reason.
    """
    findings, pointed = list(found), list(places)
    codes = sorted({each.code for each in findings})
    results = []
    for i, each in enumerate(findings):
        result: dict[str, Any] = {
            "ruleId": each.code,
            "ruleIndex": codes.index(each.code),
            "level": _SARIF[each.severity],
            "message": {"text": _plain(f"{each.message} {each.next}")},
            "locations": [_location(each, pointed[i] if pointed else "", lines or {}, path)],
        }
        if each.silenced is not None:
            result["suppressions"] = [{"kind": "external", "justification": each.silenced}]
        results.append(result)
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "pdsa-tracker",
                        "semanticVersion": __version__,
                        "rules": [_described(RULES[code]) for code in codes],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": results,
            }
        ],
    }


def _plain(text: str) -> str:
    """A text in which a viewer finds neither a link nor a place to fill (SARIF 2.1.0, 3.11)."""
    if "](" in text:
        text = text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return _TO_FILL.sub(r"{{\1}}", text)


def _described(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "shortDescription": {"text": say(rule.title)},
        "fullDescription": {"text": say(rule.why)},
        "help": {"text": f"{rule.about}\n\nSource: {rule.source}".strip()},
        "defaultConfiguration": {"level": _SARIF[rule.severity]},
    }


def _location(
    finding: Finding, pointer: str, lines: Mapping[str, int], path: str
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "logicalLocations": [
            {
                "name": finding.id,
                "fullyQualifiedName": pointer or f"{finding.element} {finding.id}",
                "kind": "element",
            }
        ]
    }
    if path:
        region = {"startLine": lines.get(pointer, 1)}
        found["physicalLocation"] = {"artifactLocation": {"uri": uri_of(path)}, "region": region}
    return found


def github(
    found: Iterable[Finding],
    places: Iterable[str] = (),
    lines: Mapping[str, int] | None = None,
    *,
    path: str = "",
) -> list[str]:
    """The findings as workflow commands, which annotate a file on a code host: one line each."""
    pointed = list(places)
    said = []
    for i, each in enumerate(found):
        properties = {"title": f"{each.code} {say(RULES[each.code].title)}"}
        if path:
            line = (lines or {}).get(pointed[i] if pointed else "", 1)
            properties = {"file": path, "line": str(line), **properties}
        named = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
        level, then = _GITHUB[each.severity], each.next
        if each.silenced is not None:
            level, then = "notice", say("Silenced: {reason}", reason=each.silenced)
        said.append(f"::{level} {named}::{_data(f'{each.message} {then}')}")
    return said


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def lines_of(document: str, places: Iterable[str]) -> dict[str, int]:
    """The line, counted from 1, on which the value at each JSON pointer begins.

    A field that the document leaves out has the line of the nearest object or list around it. The
    document is one that ``loads`` takes.
    """
    known = _lines(document)
    found = {}
    for place in places:
        at = place
        while at and at not in known:
            at = at.rpartition("/")[0]
        found[place] = known.get(at, 1)
    return found


def _lines(document: str) -> dict[str, int]:
    """Every JSON pointer of a document with the line where its value begins."""
    found: dict[str, int] = {}
    parts: list[str | int] = []  # the way to the value that comes next
    line, i, end, key = 1, 0, len(document), False
    while i < end:
        char = document[i]
        if char == "\n" or (char == "\r" and document[i + 1 : i + 2] != "\n"):
            line += 1
        elif char == '"':
            start = i
            i += 1
            while document[i] != '"':
                i += 2 if document[i] == "\\" else 1
            if key:
                name: str = json.loads(document[start : i + 1])
                parts[-1] = name.replace("~", "~0").replace("/", "~1")
            else:
                found[_pointer(parts)] = line
        elif char in "{[":
            found[_pointer(parts)] = line
            parts.append(0 if char == "[" else "")
            key = char == "{"
        elif char in "}]":
            parts.pop()
            key = False
        elif char == ":":
            key = False
        elif char == ",":
            if isinstance(last := parts[-1], int):
                parts[-1] = last + 1
            else:
                key = True
        elif char not in " \t\r\ufeff":
            found.setdefault(_pointer(parts), line)
        i += 1
    return found


def _pointer(parts: list[str | int]) -> str:
    return "".join(f"/{part}" for part in parts)
