"""The pages for whoever sets up: teams and units, people, calendars, the server."""

from api.pages.administration import calendars, people, server, setup, units

PAGES = [*units.PAGES, *calendars.PAGES, *people.PAGES, *server.PAGES, *setup.PAGES]
