"""The pages of a cycle: one for each stage, and the moves between them."""

from litestar.types import ControllerRouterHandler

from api.pages.cycles import moves, stages, tally

PAGES: list[ControllerRouterHandler] = [*stages.PAGES, *moves.PAGES, *tally.PAGES]
