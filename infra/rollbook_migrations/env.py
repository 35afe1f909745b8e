"""Runs the migrations: what Alembic calls. Chooses the connection; holds no schema.

One connection, one transaction a migration, one advisory lock for the whole run, so that replicas
which start together migrate once.
"""

import asyncio

import asyncpg
from alembic import context
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

MIGRATION_LOCK = 7_201_846_311  # any fixed number: the same for every Rollbook process


def migrate_on(connection: Connection) -> None:
    """Run what is missing on one open connection."""
    context.configure(connection=connection, transaction_per_migration=True)
    connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": MIGRATION_LOCK})
    connection.commit()
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": MIGRATION_LOCK})
    connection.commit()


async def migrate() -> None:
    """Connect as the schema's owner and migrate."""
    url = context.config.attributes["database_url"]
    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=lambda: asyncpg.connect(url),
        poolclass=pool.NullPool,
    )
    async with engine.connect() as connection:
        await connection.run_sync(migrate_on)
    await engine.dispose()


asyncio.run(migrate())
