"""The providers of an application, each with its client."""

import asyncio
from collections.abc import Sequence

from api.security.oidc.client import Client
from api.security.oidc.configuration import configured
from api.security.oidc.errors import ProviderUnavailable
from api.settings import Settings
from api.store.sign_ins import BY_PROVIDER


class Clients:
    """One client for each provider of the settings. Raises ``BadSetting``."""

    def __init__(self, settings: Settings) -> None:
        self._clients = {name: Client(provider) for name, provider in configured(settings).items()}

    def find(self, name: str) -> Client | None:
        """The client of a provider."""
        return self._clients.get(name)

    async def form_origins(self) -> Sequence[str]:
        """Where forms that begin a sign-in lead to: for ``form-action`` of the pages with them.

        Browsers apply it to the redirect to the provider, and to those that follow.
        """
        found = await asyncio.gather(*(each.origins() for each in self._clients.values()))
        return sorted(set[str]().union(*found))

    async def sign_out_url(self, signed_in_by: str, back_to: str) -> str | None:
        """Where to sign out of the provider, too, for a session that has been ended here before.

        ``None`` where no provider vouched for the session, or its provider has no such page or
        does not answer.
        """
        client = self.find(signed_in_by.removeprefix(BY_PROVIDER))
        if client is None or not signed_in_by.startswith(BY_PROVIDER):
            return None
        try:
            return await client.sign_out_url(back_to)
        except ProviderUnavailable:
            return None

    async def close(self) -> None:
        """Close every connection."""
        for each in self._clients.values():
            await each.close()
