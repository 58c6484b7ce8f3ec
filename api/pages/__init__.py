"""Server-rendered pages: where to go, every operation of the API, every kind of problem."""

from api.pages.reference import PAGES

__all__ = ["PAGES"]
