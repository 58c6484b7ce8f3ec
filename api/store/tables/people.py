"""The tables of people: their roles, and how they are known."""

from sqlalchemy import Boolean, Column, Date, String, Table, Text

from api.store.tables.base import ID, id_column, metadata, to, version_column
from api.store.types import Double, JsonOf, Moment, RawJson, Word
from pdsa.units import Role, Scope

people = Table(
    "people",
    metadata,
    id_column(),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("service", Boolean(create_constraint=False), nullable=False),
    version_column(),
)

grants = Table(
    "grants",
    metadata,
    id_column(),
    Column("person_id", ID, to("people.id"), nullable=False, index=True),
    Column("role", Word(Role), nullable=False),
    Column("unit_id", ID, to("units.id"), index=True),
    Column("starts_on", Date),
    Column("ends_on", Date),
    version_column(),
)

tokens = Table(
    "tokens",
    metadata,
    id_column(),
    Column("person_id", ID, to("people.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
    # What it may do at most; null: all that its person may.
    Column("scopes", JsonOf(tuple[Scope, ...])),
    Column("used_at", Moment),
)

# How a person signs in. ``email`` is the address in its canonical form, null for whoever came by the
# district's sign-in and has never named one; no password: by that sign-in alone.
accounts = Table(
    "accounts",
    metadata,
    Column("person_id", ID, to("people.id"), primary_key=True),
    Column("email", String(320), unique=True),
    Column("password_hash", Text),
    Column("password_set_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("signed_in_at", Moment),
    Column("disabled_at", Moment),
)

# A browser that is signed in; ended by a moment in ``ended_at``, never removed before it expires.
sessions = Table(
    "sessions",
    metadata,
    id_column(),
    Column("person_id", ID, to("people.id"), nullable=False, index=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("ended_at", Moment),
    Column("address", String(64), nullable=False),
    Column("browser", Text, nullable=False),
    Column("signed_in_by", String(40), nullable=False),
)

# A browser that has signed in to an account before: guesses made elsewhere do not slow it down.
devices = Table(
    "devices",
    metadata,
    Column("person_id", ID, to("people.id"), primary_key=True),
    Column("hash", String(64), primary_key=True),
    Column("seen_at", Moment, nullable=False, index=True),
)

# A link that works once: an invitation, a new password, the first administrator.
links = Table(
    "links",
    metadata,
    id_column(),
    Column("person_id", ID, to("people.id"), nullable=False, index=True),
    Column("purpose", String(40), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("used_at", Moment),
)

# Who somebody is at a provider: never known by an e-mail address (OpenID Connect Core, 5.7).
identities = Table(
    "identities",
    metadata,
    Column("issuer", String(500), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("person_id", ID, to("people.id"), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Column("signed_in_at", Moment),
)

# A sign-in that is under way at a provider, bound to the browser that began it.
sign_ins = Table(
    "sign_ins",
    metadata,
    Column("state_hash", String(64), primary_key=True),
    Column("browser_hash", String(64), nullable=False),
    Column("provider", String(40), nullable=False),
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(128), nullable=False),
    Column("then", Text, nullable=False),
    # Whose account is linked: of whoever is signed in, or was sent the invitation (a link's id).
    Column("person_id", ID),
    Column("link_id", ID),
    Column("expires_at", Moment, nullable=False, index=True),
)

# How much of a limit is used up, for every process that serves: the moment at which it is free
# again (generic cell rate algorithm).
rates = Table(
    "rates",
    metadata,
    Column("bucket", String(120), primary_key=True),
    Column("free_at", Double, nullable=False, index=True),
)

# What concerns security: sign-ins, refusals, changes of access.
security_events = Table(
    "security_events",
    metadata,
    id_column(),
    Column("at", Moment, nullable=False),
    Column("event", String(60), nullable=False),
    Column("person_id", ID, index=True),
    Column("by_id", ID),
    Column("address", String(64), nullable=False),
    Column("details", RawJson, nullable=False),
)
