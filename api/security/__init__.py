"""Who is asking: bearer tokens. Accounts, sessions and sign-in belong here too."""
