"""What a document gives as an example of a request is lawful: whoever copies it isn't refused.

It may be about what isn't there, such as another's plan, or has changed since; but 422 is never the
answer.
"""

from http import HTTPStatus
from pathlib import Path
from typing import Final

from contract.sending import Request, requests_of
from servicekit.openapi import document_of
from servicekit.service import chosen_services
from support.house import house

PERSON: Final = {"name": "A. Smith", "position": "Attendance Officer"}
# What the others stand on comes first, and what ends it last; between them the document's order.
FIRST: Final = ("put_school", "put_calendar", "admit_pupil", "record_marks")
LAST: Final = "delete_pupil"
SUCCEED: Final = {*FIRST, "declare_closure", "plan_absence", "publish_entry_rules", LAST}
NOT_THERE_OR_CHANGED: Final = {
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.PRECONDITION_FAILED,
    HTTPStatus.PRECONDITION_REQUIRED,
}


def in_turn(request: Request) -> int:
    if request.operation in FIRST:
        return FIRST.index(request.operation)
    return len(FIRST) + (request.operation == LAST)


async def test_an_example_of_a_request_is_not_refused_as_unlawful(
    database_url: str, tmp_path: Path
) -> None:
    document = document_of(*chosen_services(["register-api"]))
    refused, succeeded = [], set()
    async with (
        house(database_url, tmp_path, services=("register-api",)) as running,
        running.client(urns="*", **PERSON) as client,
    ):
        for request in sorted(requests_of(document), key=in_turn):
            answer = await request.send(client)
            if answer.is_success:
                succeeded.add(request.operation)
            elif answer.status_code not in NOT_THERE_OR_CHANGED:
                refused.append((request.operation, answer.text))

    assert not refused, "\n".join(map(str, refused))
    assert succeeded >= SUCCEED
