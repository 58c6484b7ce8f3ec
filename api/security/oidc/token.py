"""An ID token: whose signature, for whom, from whom, until when (OpenID Connect Core, 3.1.3.7).

Reading and checking signatures is joserfc's work; which algorithm and which key may be used is
decided here, never by the token.
"""

import hmac
from collections.abc import Mapping, Sequence
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError, MissingClaimError
from joserfc.jwk import JWKRegistry

from api.security.oidc.admission import Claims, issuer_of
from api.security.oidc.configuration import Provider
from api.store.errors import NotAdmitted

#: How far the clocks of a provider and of this server may be apart, in seconds.
LEEWAY = 60
_KTY = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
_BROKEN = (JoseError, ValueError, TypeError, LookupError, AttributeError, RecursionError)
_REASONS = {"iss": "issuer", "aud": "audience", "sub": "subject"}


def header_of(provider: Provider, token: str) -> tuple[str, str | None]:
    """Algorithm and key id that a token names. Raises ``NotAdmitted`` for another algorithm."""
    try:
        header = jws.extract_compact(token.encode("ascii")).headers()
    except _BROKEN as error:
        raise NotAdmitted("token") from error
    algorithm, kid = header.get("alg"), header.get("kid")
    if algorithm not in provider.algorithms:
        raise NotAdmitted("algorithm")
    if kid is not None and not isinstance(kid, str):
        raise NotAdmitted("key")
    return algorithm, kid


def choose(
    keys: Sequence[Mapping[str, Any]], algorithm: str, kid: str | None
) -> Mapping[str, Any] | None:
    """The key of a set that a token is signed with; ``None`` if it is not among them.

    A token without a key id is read only where there is one key that it can be.
    """
    able = [
        key
        for key in keys
        if key.get("kty") == _KTY[algorithm[:2]]
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
    ]
    found = able if kid is None else [key for key in able if key.get("kid") == kid]
    return found[0] if len(found) == 1 else None


def claims_of(
    provider: Provider,
    token: str,
    key: Mapping[str, Any],
    *,
    algorithm: str,
    nonce: str,
    now: int,
) -> Claims:
    """The claims of a token that holds. Raises ``NotAdmitted`` with what is wrong."""
    try:
        public = JWKRegistry.import_key(dict(key))
        claims = jwt.decode(token, public, algorithms=[algorithm]).claims
    except _BROKEN as error:
        raise NotAdmitted("signature") from error
    issuer = issuer_of(provider, claims)
    if str(key.get("issuer", issuer)).replace("{tenantid}", str(claims.get("tid"))) != issuer:
        raise NotAdmitted("key")  # Microsoft says of each key whose it is
    _check(provider, claims, issuer, now)
    audience = claims["aud"]
    if audience not in (provider.client_id, [provider.client_id]):
        raise NotAdmitted("audience")  # it is for others, too, who are not trusted here
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise NotAdmitted("audience")
    if not _same(claims.get("nonce"), nonce):
        raise NotAdmitted("nonce")
    subject = claims["sub"]
    if not 0 < len(subject) <= 255 or not subject.isascii() or not subject.isprintable():
        raise NotAdmitted("subject")
    return claims


def _same(given: object, wanted: str) -> bool:
    return isinstance(given, str) and given.isascii() and hmac.compare_digest(given, wanted)


def _check(provider: Provider, claims: Claims, issuer: str, now: int) -> None:
    registry = jwt.JWTClaimsRegistry(
        now=now,
        leeway=LEEWAY,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": provider.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        registry.validate(dict(claims))
    except ExpiredTokenError as error:
        raise NotAdmitted("expired") from error
    except (InvalidClaimError, MissingClaimError) as error:
        word = _REASONS.get(getattr(error, "claim", ""), "token")
        raise NotAdmitted(word) from error
    except JoseError as error:
        raise NotAdmitted("token") from error
