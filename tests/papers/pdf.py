"""A PDF as a reader meets it: its pages, its words, its tags and what it says of itself."""

import io
from collections.abc import Iterator
from typing import Any

import pypdf


class Pdf:
    """One document."""

    def __init__(self, made: bytes) -> None:
        self._reader = pypdf.PdfReader(io.BytesIO(made))
        self.catalog: Any = self._reader.trailer["/Root"]

    @property
    def pages(self) -> int:
        return len(self._reader.pages)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the first page, in points."""
        box = self._reader.pages[0].mediabox
        return round(box.width), round(box.height)

    @property
    def words(self) -> str:
        """What the page says, without the places where words may be broken."""
        return " ".join(self._reader.pages[0].extract_text().replace("\u200b", "").split())

    @property
    def title(self) -> str | None:
        found = self._reader.metadata
        return None if found is None else found.title

    @property
    def xmp(self) -> str:
        """What the document says of itself, as XML."""
        return str(self.catalog["/Metadata"].get_object().get_data().decode())

    @property
    def links(self) -> list[str]:
        """Where its links lead."""
        found = self._reader.pages[0].get("/Annots") or []
        return [str(each.get_object()["/A"]["/URI"]) for each in found]

    def tags(self, name: str) -> list[Any]:
        """The elements of a kind (``/H1``, ``/Figure``) in the order in which they are read."""
        return [each for each in self._elements() if each.get("/S") == name]

    def headings(self) -> list[str]:
        """The kinds of the headings, in order."""
        return [
            str(each["/S"]) for each in self._elements() if str(each.get("/S")).startswith("/H")
        ]

    def _elements(self) -> Iterator[Any]:
        yield from _under(self.catalog["/StructTreeRoot"].get_object())


def _under(element: Any) -> Iterator[Any]:
    kids = element.get("/K", [])
    kids = kids.get_object() if hasattr(kids, "get_object") else kids
    for kid in kids if isinstance(kids, list) else [kids]:
        each = kid.get_object() if hasattr(kid, "get_object") else kid
        if isinstance(each, dict) and "/S" in each:
            yield each
            yield from _under(each)
