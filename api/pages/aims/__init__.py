"""The pages of an aim and its theory: statement, driver diagram, change ideas, measures, problem."""

from litestar.types import ControllerRouterHandler

from api.pages.aims import cycles, edit, ideas, measures, problem, show, theory

PAGES: list[ControllerRouterHandler] = [
    *edit.PAGES,
    *show.PAGES,
    *theory.PAGES,
    *ideas.PAGES,
    *problem.PAGES,
    *measures.PAGES,
    *cycles.PAGES,
]
