"""One provider over HTTP: its metadata, its keys, and a code turned into claims.

Everything is asked of the provider itself: no redirect is followed, an answer is small and comes
in time, and it is encrypted unless the provider is on this very machine.
"""

import asyncio
import logging
import re
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, urlencode, urlsplit

import msgspec
from msgspec import Struct

from api.security.oidc.admission import Claims, discovered_issuer
from api.security.oidc.configuration import Provider, is_loopback, is_safe, origin
from api.security.oidc.errors import ProviderUnavailable
from api.store.errors import NotAdmitted

if TYPE_CHECKING:
    import httpx

#: Longest answer of a provider, in bytes; real key sets have up to some 20,000.
LARGEST = 256 * 1024
#: Seconds in which an answer must be here, whole.
PATIENCE = 10.0
#: Seconds for which metadata and keys are kept, and in which keys are asked for once at most.
KEPT, SELDOM = 3600.0, 60.0
#: Seconds for which a provider that did not answer is not asked for its metadata again.
PAUSE = 15.0

_log = logging.getLogger("api")
_WORD = re.compile(r"[a-z_]{1,40}")


class Metadata(Struct, frozen=True):
    """What is used of a provider's description of itself (OpenID Connect Discovery, 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] | None = None
    authorization_response_iss_parameter_supported: bool = False


class _Keys(Struct):
    keys: list[dict[str, Any]]


class Client:
    """The client of one provider in this process. ``transport`` and ``clock`` are for tests."""

    def __init__(
        self,
        provider: Provider,
        *,
        transport: "httpx.AsyncBaseTransport | None" = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.provider, self.clock, self.now = provider, clock, now
        self._http: httpx.AsyncClient | None = None
        self.use(transport)
        self._metadata: tuple[float, Metadata] | None = None
        self._failed: tuple[float, ProviderUnavailable] | None = None
        self._keys: list[dict[str, Any]] = []
        self._asked = self._fetched = float("-inf")
        self._one_at_a_time = asyncio.Lock()

    def use(self, transport: "httpx.AsyncBaseTransport | None") -> None:
        """Ask by another way than the network from now on."""
        self._transport, self._http = transport, None

    async def close(self) -> None:
        """Close the connections that are kept open."""
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    # -- the two steps of a sign-in -------------------------------------------------------

    async def authorization_url(
        self, *, state: str, nonce: str, verifier: str, redirect_uri: str
    ) -> str:
        """Where the browser goes to sign in."""
        where = (await self.metadata()).authorization_endpoint
        asked = {
            "response_type": "code",
            "client_id": self.provider.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(self.provider.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        return _with_query(where, asked)

    async def claims(self, *, code: str, nonce: str, verifier: str, redirect_uri: str) -> Claims:
        """Who signed in: the claims of the ID token for a code. Raises ``NotAdmitted``."""
        from api.security.oidc.token import claims_of, header_of

        token = await self._token(code, verifier, redirect_uri)
        algorithm, kid = header_of(self.provider, token)
        key = await self._key(algorithm, kid)
        return claims_of(
            self.provider, token, key, algorithm=algorithm, nonce=nonce, now=int(self.now())
        )

    # -- what the provider says of itself -------------------------------------------------

    async def metadata(self) -> Metadata:
        """The provider's metadata, kept for an hour. Raises ``ProviderUnavailable``."""
        async with self._one_at_a_time:
            at = self.clock()
            if self._metadata is not None and at - self._metadata[0] < KEPT:
                return self._metadata[1]
            if self._failed is not None and at - self._failed[0] < PAUSE:
                raise self._failed[1]
            try:
                found = await self._discover()
            except ProviderUnavailable as error:
                self._failed = (at, error)
                raise
            self._metadata, self._failed = (at, found), None
            return found

    async def origins(self) -> set[str]:
        """Where a form that signs in or out may lead: for ``form-action`` of the page with it."""
        found = {origin(self.provider.issuer), *self.provider.origins}
        with suppress(ProviderUnavailable):
            metadata = await self.metadata()
            found.add(origin(metadata.authorization_endpoint))
            if metadata.end_session_endpoint is not None:
                found.add(origin(metadata.end_session_endpoint))
        return found

    async def sign_out_url(self, back_to: str) -> str | None:
        """Where the browser goes to sign out there too; ``None`` where there is no such page.

        ``back_to`` must be registered with the provider (OpenID Connect RP-Initiated Logout, 2).
        No ID token is kept for it: the provider asks the person instead.
        """
        where = (await self.metadata()).end_session_endpoint
        if where is None:
            return None
        asked = {"client_id": self.provider.client_id, "post_logout_redirect_uri": back_to}
        return _with_query(where, asked)

    async def _discover(self) -> Metadata:
        where = self.provider.issuer.removesuffix("/") + "/.well-known/openid-configuration"
        found: Metadata = self._read(await self._ask("GET", where), Metadata)
        if found.issuer != discovered_issuer(self.provider):
            raise self._unavailable("its metadata is of another issuer")
        for url in (
            found.authorization_endpoint,
            found.token_endpoint,
            found.jwks_uri,
            found.end_session_endpoint,
        ):
            if url is not None and not self._is_safe(url):
                raise self._unavailable("its metadata names an address without https")
        return found

    def _is_safe(self, url: str) -> bool:
        local = is_loopback(url) and not is_loopback(self.provider.issuer)
        return is_safe(url) and not local and "#" not in url

    async def _key(self, algorithm: str, kid: str | None) -> Mapping[str, Any]:
        from api.security.oidc.token import choose

        where = (await self.metadata()).jwks_uri
        async with self._one_at_a_time:
            at = self.clock()
            found = choose(self._keys, algorithm, kid) if at - self._fetched < KEPT else None
            if found is None and at - self._asked >= SELDOM:
                self._asked = at
                self._keys = self._read(await self._ask("GET", where), _Keys).keys
                self._fetched = at
                found = choose(self._keys, algorithm, kid)
        if found is None:
            raise NotAdmitted("key")
        return found

    # -- requests --------------------------------------------------------------------------

    async def _token(self, code: str, verifier: str, redirect_uri: str) -> str:
        metadata = await self.metadata()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        headers = {}
        methods = metadata.token_endpoint_auth_methods_supported or ("client_secret_basic",)
        identity, secret = self.provider.client_id, self.provider.client_secret
        if "client_secret_basic" in methods:
            # Both parts form-encoded first (RFC 6749, 2.3.1).
            both = f"{quote_plus(identity)}:{quote_plus(secret)}"
            headers["Authorization"] = f"Basic {b64encode(both.encode()).decode()}"
        elif "client_secret_post" in methods:
            form |= {"client_id": identity, "client_secret": secret}
        else:
            raise self._unavailable("it takes no client secret")
        status, body = await self._ask("POST", metadata.token_endpoint, form, headers)
        answer = self._decoded(body, dict[str, Any])
        if status != 200:
            word = answer.get("error")
            if word == "invalid_grant":
                raise NotAdmitted("code")
            told = word if isinstance(word, str) and _WORD.fullmatch(word) else "no reason"
            raise self._unavailable(f"its token endpoint refused us with {status}, {told}")
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise NotAdmitted("token")
        return token

    async def _ask(
        self,
        method: str,
        url: str,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, bytes]:
        """Status and body. Raises ``ProviderUnavailable`` for what is late, large or elsewhere."""
        import httpx

        if self._http is None:
            self._http = httpx.AsyncClient(
                transport=self._transport, timeout=PATIENCE / 2, follow_redirects=False
            )
        # Nothing compressed: the limit is on what comes over the line.
        sent = {"Accept": "application/json", "Accept-Encoding": "identity", **(headers or {})}
        body = bytearray()
        try:
            async with (
                asyncio.timeout(PATIENCE),
                self._http.stream(method, url, data=form, headers=sent) as response,
            ):
                if response.headers.get("content-encoding", "identity") != "identity":
                    raise self._unavailable("it answered in an encoding that was not asked for")
                async for part in response.aiter_raw():
                    body += part
                    if len(body) > LARGEST:
                        raise self._unavailable("its answer is too large")
        except TimeoutError as error:
            raise self._unavailable("it took too long") from error
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as error:
            raise self._unavailable(type(error).__name__) from error
        self._http.cookies.clear()  # what is asked for one person says nothing of another
        if 300 <= response.status_code < 400 or response.status_code >= 500:
            raise self._unavailable(f"it answered {response.status_code}")
        return response.status_code, bytes(body)

    def _read(self, answer: tuple[int, bytes], type_: Any) -> Any:
        status, body = answer
        if status != 200:
            raise self._unavailable(f"it answered {status}")
        return self._decoded(body, type_)

    def _decoded(self, body: bytes, type_: Any) -> Any:
        try:
            return msgspec.json.decode(body, type=type_)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise self._unavailable("its answer is not what the standard says") from error

    def _unavailable(self, cause: str) -> ProviderUnavailable:
        _log.warning("sign-in with %s: %s", self.provider.name, cause)
        return ProviderUnavailable(self.provider.name, cause)


def _with_query(url: str, asked: Mapping[str, str]) -> str:
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(asked)}"


def challenge_of(verifier: str) -> str:
    """What the provider is told of the verifier beforehand (RFC 7636, S256)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
