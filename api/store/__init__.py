"""The SQL store: plain functions ``fn(conn, by, ...)`` over a Core connection, run by ``Database``."""
