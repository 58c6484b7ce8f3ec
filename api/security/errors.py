"""What keeps somebody out: each error says what would have been right, and no more than that.

::

    PdsaError
    ├── AccessError
    │   ├── WrongPassword    a wrong address or password, or an account that is disabled
    │   ├── NeedsSession     a token was sent for what needs a person who is signed in
    │   ├── NotInDemo        a demo changes no account, role, token or password
    │   └── CrossSite        a request in the name of a browser that did not mean it
    └── PasswordRefused      a password that may not be chosen: rule
"""

from pdsa.errors import AccessError, PdsaError


class WrongPassword(AccessError):
    """No account with this address and password, or one that is disabled: which, is not said."""

    def __init__(self) -> None:
        super().__init__("the address or the password is wrong")


class NeedsSession(AccessError):
    """A token may not do this: accounts, sessions, tokens and passwords need a signed-in person."""

    def __init__(self) -> None:
        super().__init__("sign in for this: no token changes accounts, sessions, tokens, passwords")


class NotInDemo(AccessError):
    """A demo changes no account, role, invitation, session, token or password."""

    def __init__(self) -> None:
        super().__init__(
            "this is a demo: accounts, roles, invitations, tokens and passwords stay as they are"
        )


class CrossSite(AccessError):
    """A request with a cookie that does not prove that it comes from this site's own pages."""

    def __init__(self, rule: str) -> None:
        self.rule = rule
        super().__init__(rule)


class PasswordRefused(PdsaError):
    """A password that is too short, too common, or what everybody would try for this person."""

    def __init__(self, rule: str) -> None:
        self.rule = rule
        super().__init__(f"password: {rule}")
