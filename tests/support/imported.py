"""Files of entries, sent to a small school, and the worker's steps taken by the test itself."""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Final
from urllib.parse import quote

import httpx
from register_api.importing.clearing import clear_away
from register_api.importing.working import Importer
from servicekit.service import Runtime
from support.house import keyed
from support.log import connected
from support.school import OFFICER, Json, SmallSchool, found

HEADER: Final = "date,session,pupil,code"
CSV: Final = "text/csv"
JSON: Final = "application/json"
SIGNED: Final = {
    "By-Name": quote(OFFICER["name"]),
    "By-Position": quote(OFFICER["position"]),
}

Content = str | bytes | AsyncIterator[bytes]


def csv_of(*rows: str, header: str = HEADER) -> str:
    """Write a file of ours."""
    return "".join(f"{line}\r\n" for line in (header, *rows))


def runtime_of(school: SmallSchool) -> Runtime:
    """What the register's workers work with."""
    runtime: Runtime = school.house.app.state.runtimes["register-api"]
    return runtime


async def send(
    school: SmallSchool,
    content: Content,
    *,
    key: str | None = None,
    form: str = CSV,
    signed: Mapping[str, str] = SIGNED,
) -> httpx.Response:
    """Post a file."""
    sent = content.encode() if isinstance(content, str) else content
    return await school.client.post(
        f"{school.url}/imports",
        content=sent,
        headers={**keyed(key), "Content-Type": form, **signed},
    )


async def sent(school: SmallSchool, content: Content, *, form: str = CSV) -> str:
    """Post a file that must be taken, and name its job."""
    answer = await send(school, content, form=form)
    assert answer.status_code == httpx.codes.ACCEPTED, answer.text
    job: str = answer.json()["id"]
    return job


async def work_off(school: SmallSchool) -> None:
    """Work off every import there is, as a worker would, and clear away what is due."""
    await Importer(runtime_of(school)).work_off()
    await clear_away(runtime_of(school))


async def job_of(school: SmallSchool, job: str) -> Json:
    """Read a job."""
    return await found(school.client.get(f"{school.url}/imports/{job}"))


async def imported(school: SmallSchool, content: Content, *, form: str = CSV) -> Json:
    """Post a file, work it off, and read the job."""
    job = await sent(school, content, form=form)
    await work_off(school)
    return await job_of(school, job)


async def problems_of(school: SmallSchool, job: Json) -> list[tuple[int, str, str]]:
    """List what is wrong with a job's rows: line, field and slug."""
    page = await found(school.client.get(f"{school.url}/imports/{job['id']}/problems"))
    return [(each["line"], each["field"], each["code"]) for each in page["items"]]


async def rows_left(school: SmallSchool) -> int:
    """Count the staged rows of every job there is."""
    async with connected(f"{school.house.settings.database_url}", role=None) as conn:
        left: int = await conn.fetchval("SELECT count(*) FROM register.import_row")
    return left


async def parts(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    """Send chunk by chunk."""
    for chunk in chunks:
        yield chunk
