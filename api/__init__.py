"""The application: a thin Litestar API over the domain, and its SQL store."""
