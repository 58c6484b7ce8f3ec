"""The log of this process, left as it was by whatever sets it up for a server."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def log_apart() -> Iterator[None]:
    """Let the log be set up anew; afterwards handlers and levels are those of before."""
    root, ours = logging.getLogger(), [logging.getLogger(name) for name in ("api", "pdsa")]
    handlers, levels = root.handlers, [each.level for each in (root, *ours)]
    root.handlers = []  # to configure would close them
    try:
        yield
    finally:
        root.handlers = handlers
        for each, level in zip((root, *ours), levels, strict=True):
            each.setLevel(level)
