"""Why nobody was signed in."""

from pdsa.errors import PdsaError


class ProviderUnavailable(PdsaError):
    """The district's sign-in does not answer, or not as its standard says: ``cause``."""

    def __init__(self, provider: str, cause: str) -> None:
        self.provider, self.cause = provider, cause
        super().__init__("The district's sign-in does not answer just now. Try again in a minute.")
