"""How a server is watched while it runs: readiness, request ids, metrics, the log, traces."""
