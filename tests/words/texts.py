"""Every text that the pages say, as Babel finds it in templates and code."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir

ROOT = Path(__file__).parents[2]
#: A text, or what stands for one and for many.
Text = str | tuple[str, ...]
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "say": None,
    "say_n": (1, 2),
    "mark": None,
}
_HOW = [("**/templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]


def texts(folder: str) -> Iterator[tuple[str, Text]]:
    """Each text below a folder of the project, with its file and line."""
    found = extract_from_dir(
        ROOT / folder,
        method_map=_HOW,
        options_map={"**/templates/**.html": {"trimmed": "true", "silent": "false"}},
        keywords=_KEYWORDS,
    )
    for file, line, text, _, _ in found:
        if text:
            yield f"{folder}/{file}:{line}", text
