"""``python -m api`` is the ``pdsa`` command."""

from api.cli import main

main()
