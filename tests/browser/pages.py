"""Which pages there are to look at, by their paths."""

import re

from api.app import create_app
from api.reference_text import page_paths
from api.settings import Settings

#: What is no page of its own: it leads on, or is asked by the script.
LEADS_ON = (
    "/home",
    "/cycles/{cycle_id}",
    "/measures/{measure_id}/points",
    "/sign-in/{provider}/callback",
)
FOR_THE_SCRIPT = "/pulse"
FILES = (
    *(f"/measures/{{measure_id}}/{name}" for name in ("chart.svg", "chart.png", "points.csv")),
    "/units/{unit_id}/portfolio.csv",
    *(f"{each}/one-page.pdf" for each in ("/aims/{aim_id}", "/cycles/{cycle_id}")),
)
#: A page that is there in a demo only (tests/browser/test_demo.py).
IN_A_DEMO = ("/demo",)
#: Pages for whoever is not signed in, and for whoever administers the server.
SIGNED_OUT = ("/", "/link/{secret}")
ADMINISTRATION = re.compile(r"/(administration|setup|calendars)|/units/{unit_id}/(settings|cal)")

#: The pages that can be opened, with something under every id.
SHOWN = [
    path
    for path, methods in sorted(page_paths(create_app(Settings())))
    if "GET" in methods
    and path not in (*LEADS_ON, *FILES, *IN_A_DEMO)
    and not path.endswith(FOR_THE_SCRIPT)
]
