"""The release after this one, as far as its migration goes; run by ``python FILE URL LINE...``.

The lines are those of the ``upgrade`` of a migration that follows the last one of this program.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from alembic.config import Config

from api.store import schema

FOLDER = Path(schema.__file__).parents[1] / "migrations"


def migrate(url: str, lines: list[str], folder: Path) -> tuple[str | None, str]:
    """Bring a database to the schema ``next``."""
    shutil.copytree(FOLDER, folder / "migrations", ignore=shutil.ignore_patterns("*.pyc"))
    text = "\n".join(
        (
            "import sqlalchemy as sa",
            "from alembic import op",
            "revision = 'next'",
            f"down_revision = {schema.head()!r}",
            "def upgrade():",
            *(f"    {line}" for line in lines),
        )
    )
    (folder / "migrations" / "versions" / "next.py").write_text(text)
    config = Config()
    config.set_main_option("script_location", str(folder / "migrations"))
    schema.config = lambda: config
    return schema.migrate(url)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        print(migrate(sys.argv[1], sys.argv[2:], Path(made)))  # noqa: T201
