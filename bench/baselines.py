"""What Rollbook is measured beside: the same body only parsed, and the same marks through an ORM.

Both take the request Rollbook takes. Neither authenticates, remembers a key, or knows any law.
"""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime

import uvicorn
from attendance.session import Half
from fastapi import FastAPI, Request
from register_api.schemas.requests import MarksIn
from register_api.schemas.responses import RecordedOut
from servicekit.fields import UrnPath
from servicekit.process import EvenWorkers, quieten_collector
from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

POOL_SIZE = 8


class Tables(DeclarativeBase):
    """The tables of the ORM baseline."""


class MarkRow(Tables):
    """A mark, as a straightforward service would keep it."""

    __tablename__ = "bench_mark"

    id: Mapped[int] = mapped_column(primary_key=True)
    urn: Mapped[int]
    session_on: Mapped[date]
    half: Mapped[str]
    pupil: Mapped[str]
    code: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open an engine, and make the table when there is none."""
    url = os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(url, pool_size=POOL_SIZE)
    app.state.sessions = async_sessionmaker(engine)
    quieten_collector()  # as ours: the ratios are to show our work, not the collector's
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan, telemetry={"tracing": False, "metrics": False, "logs": False})


@app.get("/live")
async def live() -> str:
    """Tell that it serves."""
    return "live"


@app.post("/parse/schools/{urn}/registers/{on}/{half}/marks", status_code=201)
async def parse(urn: UrnPath, on: date, half: Half, body: MarksIn) -> RecordedOut:
    """Parse and validate, and do nothing else."""
    return RecordedOut(position=1, recorded=len(body.marks))


@app.post("/orm/schools/{urn}/registers/{on}/{half}/marks", status_code=201)
async def orm(urn: UrnPath, on: date, half: Half, body: MarksIn, request: Request) -> RecordedOut:
    """Store one row a mark with `add_all`."""
    sessions: async_sessionmaker[AsyncSession] = request.app.state.sessions
    async with sessions() as session:
        session.add_all(
            MarkRow(urn=urn, session_on=on, half=half.value, pupil=mark.pupil, code=mark.code)
            for mark in body.marks
        )
        await session.commit()
    return RecordedOut(position=1, recorded=len(body.marks))


def serve(port: int) -> None:
    """Serve with two workers, dealt connections as evenly as ours are."""
    config = uvicorn.Config(
        "bench.baselines:app", port=port, workers=2, log_level="warning", access_log=False
    )
    EvenWorkers(config, sockets=[]).run()


async def make_table(database_url: str) -> None:
    """Make the ORM baseline's table."""
    url = database_url.replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(Tables.metadata.create_all)
    await engine.dispose()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
