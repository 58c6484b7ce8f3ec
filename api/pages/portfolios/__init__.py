"""The pages of whoever watches many aims: an Instructional Leadership Team, and levels above it."""

from litestar.types import ControllerRouterHandler

from api.pages.portfolios import changes, meeting, portfolio, rollup

PAGES: list[ControllerRouterHandler] = [
    *portfolio.PAGES,
    *changes.PAGES,
    *rollup.PAGES,
    *meeting.PAGES,
]
"""Every page of a unit."""

__all__ = ["PAGES"]
