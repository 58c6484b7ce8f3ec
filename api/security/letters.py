"""What the mails say.

Who asks for a mail to themselves reads it in the language of their page. Who is invited has chosen
none yet: they read it in each, that of whoever invites them first.
"""

from collections.abc import Callable

from api.security.mail import Letter
from api.store.accounts import Login
from api.store.invitations import Invitation
from api.words import languages
from pdsa.words import mark, say, spoken


def to_reset(login: Login, url: str) -> Letter:
    """A link to choose a new password."""
    return Letter(
        login.email,
        say("Choose a new password"),
        say(_RESET, url=url),
    )


def to_tell_of_link(email: str, label: str, origin: str) -> Letter:
    """The word that an account of a provider lets somebody in as the owner of this address."""
    return Letter(
        email,
        say("An account was linked with yours at pdsa-tracker"),
        say(_LINKED, label=label, account=f"{origin}/account", forgot=f"{origin}/forgot"),
    )


def to_invite(invitation: Invitation, origin: str) -> Letter:
    """A link to choose a password, or the word that there is a new role; in every language."""
    if invitation.link is None:
        subject, text, url = _SUBJECT_OF_ROLE, _ROLE, f"{origin}/sign-in"
    else:
        subject, text, url = _SUBJECT_OF_INVITATION, _INVITED, f"{origin}/link/{invitation.link}"
    return Letter(
        invitation.email,
        _in_each(lambda: say(subject), " / "),
        _in_each(lambda: say(text, url=url), "\n--\n\n"),
    )


def _in_each(said: Callable[[], str], between: str) -> str:
    """What is said in each language, one after the other, that in force first."""
    found = [said()]
    for each in languages():
        with spoken(each):
            found.append(said())
    return between.join(dict.fromkeys(found))


_RESET = mark(
    """Hello,

somebody, probably you, asked for a new password for this address at pdsa-tracker.
Choose it here; the link works once, within an hour:

{url}

If it was not you, there is nothing to do: your password stays as it is.
"""
)
_LINKED = mark(
    """Hello,

from now on, whoever signs in with one account of {label} comes in as you at pdsa-tracker.
Somebody who was signed in as you linked it on your account page.

If it was not you, unlink it there and choose another password:

{account}

If you cannot sign in any more, ask for a new password; that unlinks every such account, too:

{forgot}
"""
)
_SUBJECT_OF_ROLE = mark("You have a new role at pdsa-tracker")
_ROLE = mark(
    """Hello,

you have been given a new role at pdsa-tracker.
You will find it when you sign in as you are used to:

{url}
"""
)
_SUBJECT_OF_INVITATION = mark("You are invited to pdsa-tracker")
_INVITED = mark(
    """Hello,

you are invited to work with a team at pdsa-tracker.
Choose a password here; the link works once, within seven days:

{url}

If you expect no invitation, there is nothing to do.
"""
)
