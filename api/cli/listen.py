"""The socket to serve on, with a clear word when it is taken."""

import socket

from pdsa.errors import PdsaError

#: What a server listens on.
Listening = socket.socket


class PortTaken(PdsaError):
    """Nothing can be served on this address."""


def listening_socket(host: str, port: int) -> socket.socket:
    """A socket that listens on the address. Raises ``PortTaken``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
        found.listen(2048)  # who reads the greeting can connect at once, and waits until we serve
    except (OSError, OverflowError) as error:
        found.close()
        why = getattr(error, "strerror", None) or str(error)
        raise PortTaken(
            f"cannot serve on {host}:{port}: {why}; set PDSA_PORT or PDSA_HOST"
        ) from error
    found.set_inheritable(True)
    return found
