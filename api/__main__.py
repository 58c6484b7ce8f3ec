"""``python -m api`` is the ``pdsa`` command."""

from api.cli import main

if __name__ == "__main__":  # a process of the server imports this once more
    main()
