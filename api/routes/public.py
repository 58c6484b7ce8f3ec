"""What needs no token: whether the server lives."""

from litestar import get


@get("/health/live", operation_id="health_live", include_in_schema=False)
async def health_live() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


PUBLIC = [health_live]
