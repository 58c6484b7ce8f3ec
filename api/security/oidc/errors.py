"""Why nobody was signed in."""

from pdsa.errors import AccessError, PdsaError

#: What a person is told, by the reason; every other reason is a fault of the provider's answer.
TOLD = {
    "access_denied": "The sign-in was cancelled there, or not allowed to you.",
    "state": "This sign-in was not begun in this browser, was used already, or took too long.",
    "unknown": "Nobody here is linked with that account yet. Ask your administrator for an "
    "invitation, or sign in another way and link it on your account page.",
    "domain": "That account does not belong to this district.",
    "tenant": "That account does not belong to this district.",
    "claim": "That account is not one that may sign in here.",
    "disabled": "Your account here is disabled. Ask your administrator.",
    "taken": "That account is linked with somebody else here.",
    "session": "You are not signed in here any more as the person who began to link the account.",
    "invitation": "The invitation was used already, or has run out. Ask for a new one.",
    "public_url": "The administrator of this server has not set PDSA_PUBLIC_URL yet.",
    "code": "The sign-in there has run out. Begin again.",
}
_OTHERWISE = (
    "What came back could not be trusted. Begin again; if it stays, tell your administrator"
)


class NotAdmitted(AccessError):
    """A sign-in with the district that is refused: ``reason`` is a word for it."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(TOLD.get(reason) or f"{_OTHERWISE}: {reason}.")


class ProviderUnavailable(PdsaError):
    """The district's sign-in does not answer, or not as its standard says: ``cause``."""

    def __init__(self, provider: str, cause: str) -> None:
        self.provider, self.cause = provider, cause
        super().__init__("The district's sign-in does not answer just now. Try again in a minute.")
