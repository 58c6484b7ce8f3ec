"""What the mails say."""

from api.security.mail import Letter
from api.store.accounts import Login
from api.store.invitations import Invitation


def to_reset(login: Login, url: str) -> Letter:
    """A link to choose a new password."""
    return Letter(
        login.email,
        "Choose a new password",
        f"""Hello,

somebody, probably you, asked for a new password for this address at pdsa-tracker.
Choose it here; the link works once, within an hour:

{url}

If it was not you, there is nothing to do: your password stays as it is.
""",
    )


def to_tell_of_link(email: str, label: str, origin: str) -> Letter:
    """The word that an account of a provider lets somebody in as the owner of this address."""
    return Letter(
        email,
        "An account was linked with yours at pdsa-tracker",
        f"""Hello,

from now on, whoever signs in with one account of {label} comes in as you at pdsa-tracker.
Somebody who was signed in as you linked it on your account page.

If it was not you, unlink it there and choose another password:

{origin}/account

If you cannot sign in any more, ask for a new password; that unlinks every such account, too:

{origin}/forgot
""",
    )


def to_invite(invitation: Invitation, origin: str) -> Letter:
    """A link to choose a password, or the word that there is a new role."""
    if invitation.link is None:
        return Letter(
            invitation.email,
            "You have a new role at pdsa-tracker",
            f"""Hello,

you have been given a new role at pdsa-tracker.
You will find it when you sign in as you are used to:

{origin}/sign-in
""",
        )
    return Letter(
        invitation.email,
        "You are invited to pdsa-tracker",
        f"""Hello,

you are invited to work with a team at pdsa-tracker.
Choose a password here; the link works once, within seven days:

{origin}/link/{invitation.link}

If you expect no invitation, there is nothing to do.
""",
    )
