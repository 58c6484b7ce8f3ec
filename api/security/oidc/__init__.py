"""Sign-in with the district by OpenID Connect: one client, and every provider by configuration.

``configuration`` reads the providers, ``client`` talks to one (discovery, keys, code for token),
``token`` checks an ID token, ``admission`` says who may come in. What a browser sees is in
``api.pages.district``; what is kept is in ``api.store.sign_ins`` and ``api.store.identities``.

httpx and joserfc are imported when the first provider is asked, never before: a server without the
extra ``[oidc]`` starts, and says what to install only where a provider is configured.
"""

from api.security.oidc.configuration import Provider, configured
from api.security.oidc.errors import ProviderUnavailable
from api.settings import Settings

__all__ = ["Provider", "ProviderUnavailable", "configured", "providers"]


def providers(settings: Settings) -> list[tuple[str, str]]:
    """Name and label of every provider, in the order of the file: what the sign-in page offers."""
    return [(each.name, each.label) for each in configured(settings).values()]
