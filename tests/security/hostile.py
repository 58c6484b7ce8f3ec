"""A provider under the tests' control, which may answer anything: over httpx, without a network."""

import base64
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from tests.security.district import Browser, District, asked

ISSUER = "https://id.example"
CLIENT = "pdsa"

Key = RSAKey | ECKey
#: Making RSA keys takes long; the tests share these.
KEYS = tuple(RSAKey.generate_key(2048, {"kid": kid, "use": "sig"}) for kid in ("one", "two"))
CURVE = ECKey.generate_key("P-256", {"kid": "curve", "use": "sig"})


class Hostile:
    """What the provider answers; tests change any of it."""

    def __init__(self, issuer: str = ISSUER) -> None:
        self.issuer = issuer
        self.key: Key = KEYS[0]
        self.keys: list[Key] = [KEYS[0]]
        self.jwks: dict[str, Any] | None = None
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "one"}
        self.claims: dict[str, Any] = {"iss": issuer, "sub": "4711", "aud": CLIENT}
        self.without: tuple[str, ...] = ()
        self.metadata: dict[str, Any] = {
            "issuer": issuer,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
        }
        self.make: Callable[[dict[str, Any]], Any] = self.signed
        self.answers: dict[str, Callable[[httpx.Request], httpx.Response]] = {}
        self.requests: list[str] = []
        self.posted: dict[str, str] = {}
        self.nonce = ""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.requests.append(path)
        if path in self.answers:
            return self.answers[path](request)
        if path.endswith("/.well-known/openid-configuration"):
            return answer(self.metadata)
        if path == "/keys":
            found = self.jwks or {"keys": [key.as_dict(private=False) for key in self.keys]}
            return answer(found)
        assert path == "/token"
        self.posted = {k: v[0] for k, v in parse_qs(request.content.decode()).items()}
        body = {"access_token": "a", "token_type": "Bearer", "id_token": self.make(self.told())}
        return answer(body)

    def told(self) -> dict[str, Any]:
        """The claims of the next token."""
        now = int(time.time())
        told = {"exp": now + 300, "iat": now, "nonce": self.nonce} | self.claims
        return {name: value for name, value in told.items() if name not in self.without}

    def signed(self, claims: dict[str, Any]) -> str:
        """A token that is signed as it should be."""
        return jwt.encode(self.header, claims, self.key, algorithms=[self.header["alg"]])

    def unsigned(self, claims: dict[str, Any]) -> str:
        """A token that says that it needs no signature."""
        return f"{_part({'alg': 'none', 'kid': 'one'})}.{_part(claims)}."

    def signed_with_the_public_key(self, claims: dict[str, Any]) -> str:
        """A token whose signature uses the public key as a secret that both sides know."""
        signed = f"{_part({'alg': 'HS256', 'kid': 'one'})}.{_part(claims)}"
        public = KEYS[0].as_pem(private=False)  # a library that would sign with it is hard to find
        return f"{signed}.{_bytes(hmac.digest(public, signed.encode(), 'sha256'))}"

    def signed_with_the_client_secret(self, claims: dict[str, Any]) -> str:
        """A token signed with what both sides know, as the standard allows and we do not."""
        shared = OctKey.import_key("s" * 32)
        return jwt.encode({"alg": "HS256"}, claims, shared, algorithms=["HS256"])

    def attached(self, district: District, name: str = "hostile") -> None:
        """Be the provider of this name."""
        district.client(name).use(httpx.MockTransport(self))

    async def sign_in(self, browser: Browser, name: str = "hostile", **form: str) -> httpx.Response:
        """A browser that is sent to this provider, and back at once."""
        begun = await browser.begin(name, **form)
        return await self.come_back(browser, asked(begun), name)

    async def come_back(
        self, browser: Browser, sent: dict[str, str], name: str = "hostile", **more: str
    ) -> httpx.Response:
        """The answer of this provider to what was asked."""
        self.nonce = sent["nonce"]
        query = {"code": "a-code", "state": sent["state"]} | more
        return await browser.get(f"/sign-in/{name}/callback", params=query)


def answer(body: Any, status: int = 200, **headers: str) -> httpx.Response:
    """An answer that comes in parts, as over a network."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()

    async def parts() -> AsyncIterator[bytes]:
        for at in range(0, len(sent), 1000):
            yield sent[at : at + 1000]

    return httpx.Response(status, content=parts(), headers=headers)


def _part(value: Any) -> str:
    return _bytes(json.dumps(value).encode())


def _bytes(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def table(name: str = "hostile", issuer: str = ISSUER, more: str = "just_in_time = true") -> str:
    """The configuration of this provider."""
    secret = "s" * 32
    return f'[{name}]\nissuer = "{issuer}"\nclient_id = "{CLIENT}"\nclient_secret = "{secret}"\n{more}\n'


def hostile(district: District, name: str = "hostile") -> Hostile:
    """A provider of this name, ready to be asked."""
    provider = Hostile()
    provider.attached(district, name)
    return provider
