"""Who is asking and how they got in: accounts, sessions, tokens, links; and what keeps others out."""
