"""Who may come in: pure functions over a provider's configuration and the claims of a token.

A claim counts only as far as its provider vouches for it. An e-mail address counts by its domain
alone, and only where it is verified; it never says who somebody is.
"""

from collections.abc import Mapping
from typing import Any

from api.security.oidc.configuration import GOOGLE, Provider
from api.store.errors import NotAdmitted

Claims = Mapping[str, Any]


def admit(provider: Provider, claims: Claims) -> None:
    """Raise ``NotAdmitted`` unless tenant, domain and required claims are the configured ones."""
    if provider.tenants and claims.get("tid") not in provider.tenants:
        raise NotAdmitted("tenant")
    if provider.allowed_domains and domain_of(provider, claims) not in provider.allowed_domains:
        raise NotAdmitted("domain")
    for name, values in provider.require.items():
        found = claims.get(name)
        if not any(each in values for each in (found if isinstance(found, list) else [found])):
            raise NotAdmitted("claim")


def discovered_issuer(provider: Provider) -> str:
    """What the provider's metadata must say its issuer is, to the letter."""
    return provider.template if provider.tenants else provider.issuer


def issuer_of(provider: Provider, claims: Claims) -> str:
    """The issuer that a token of these claims must have, to the letter.

    Where the issuer has many tenants it is that of the tenant, which must be a configured one.
    """
    if not provider.multi_tenant:
        return provider.issuer
    tenant = claims.get("tid")
    if tenant not in provider.tenants:
        raise NotAdmitted("tenant")
    return provider.template.replace("{tenantid}", str(tenant))


def issuers(provider: Provider) -> tuple[str, ...]:
    """Every issuer that a token of this provider may have."""
    if not provider.multi_tenant:
        return (provider.issuer,)
    return tuple(provider.template.replace("{tenantid}", each) for each in provider.tenants)


def domain_of(provider: Provider, claims: Claims) -> str | None:
    """The domain that the provider vouches for; ``None`` where it vouches for none.

    Google says by ``hd`` to which organisation an account belongs; without it, it belongs to
    nobody but its owner, who may have verified an address of the organisation all the same.
    """
    if provider.issuer == GOOGLE:
        hd = claims.get("hd")
        return hd.lower() if isinstance(hd, str) else None
    email = verified_email(claims)
    return email.rpartition("@")[2].lower() if email else None


def verified_email(claims: Claims) -> str:
    """The e-mail address where the provider has verified it, else nothing."""
    email = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(email, str):
        return ""
    name, _, domain = email.partition("@")
    return email if name and domain and "@" not in domain and email.isprintable() else ""


def name_of(claims: Claims) -> str:
    """What to call a new person, on one line."""
    parts = (claims.get("given_name"), claims.get("family_name"))
    whole = claims.get("name") or " ".join(each for each in parts if isinstance(each, str))
    text = whole if isinstance(whole, str) else ""
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text[:200].strip() or "New person"
