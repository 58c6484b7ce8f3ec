"""What every table is made with."""

from sqlalchemy import Column, ForeignKey, Integer, MetaData, String

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = String(64)


def id_column() -> Column[str]:
    return Column("id", ID, primary_key=True)


def version_column() -> Column[int]:
    return Column("version", Integer, nullable=False)


def to(column: str, *, later: bool = False, gone_with: bool = False) -> ForeignKey:
    """A reference; ``later`` is checked at the commit, ``gone_with`` goes when what it is to does."""
    return ForeignKey(
        column,
        deferrable=later or None,
        initially="DEFERRED" if later else None,
        ondelete="CASCADE" if gone_with else None,
    )
