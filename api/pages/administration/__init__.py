"""The pages for whoever sets up: teams and units, people, calendars, the server."""

from api.pages.administration import units

PAGES = [*units.PAGES]
