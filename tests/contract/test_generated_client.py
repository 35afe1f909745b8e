"""A client generated from the document keeps a school's register for a day, and amends it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from contract.generating import GeneratedClient, generate_client
from demonstration.loopback import served
from servicekit.tokens import mint_local_token
from support.house import EVERY_SCOPE, house
from support.school import (
    OFFICER,
    TODAY,
    URN,
    amendment,
    calendar_body,
    drawn,
    pupil_body,
    school_body,
)

OPENAPI: Final = Path(__file__).parents[2] / "openapi"
DOCUMENTS: Final = sorted({*OPENAPI.glob("*.json")} - {OPENAPI / "asyncapi.json"})


@dataclass(frozen=True, slots=True)
class Integrator:
    """Whoever has generated a client, and the server it is to talk to."""

    generated: GeneratedClient
    connection: Any

    async def call(self, operation: str, *place: object, **said: object) -> Any:  # noqa: ANN401 - types made by the generator
        """Carry out an operation, and give the generated client's whole answer."""
        module = self.generated.operation(operation)
        return await module.asyncio_detailed(*place, client=self.connection, **said)

    def body(self, model: str, sent: dict[str, Any]) -> Any:  # noqa: ANN401 - as above
        """Make a model of the client's of what is to be sent."""
        return getattr(self.generated.models, model).from_dict(sent)


@pytest.fixture
async def integrator(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Integrator]:
    package = tmp_path / "generated_register_client"
    generate_client(OPENAPI / "register-api.json", package)
    monkeypatch.syspath_prepend(tmp_path)
    generated = GeneratedClient(package, "register_api")
    async with (
        house(database_url, tmp_path, services=("register-api",)) as running,
        served(running.app, preferred_port=0) as url,
    ):
        token = mint_local_token(running.settings, EVERY_SCOPE, {"urns": [URN]})
        connection = generated.package.AuthenticatedClient(base_url=url, token=token)
        yield Integrator(generated, connection)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.stem)
def test_the_generator_takes_every_document_whole(document: Path, tmp_path: Path) -> None:
    said = generate_client(document, tmp_path / "generated")

    assert "WARNING" not in said


async def test_a_generated_client_opens_a_school_posts_a_day_and_amends_it(
    integrator: Integrator,
) -> None:
    call, body, half = integrator.call, integrator.body, integrator.generated.models.Half
    await call("put_school", URN, body=body("SchoolIn", school_body()))
    await call("put_calendar", URN, "2026-27", body=body("CalendarIn", calendar_body()))
    for pupil in ("p1", "p2", "p3"):
        admitted = await call(
            "admit_pupil", URN, body=body("PupilIn", pupil_body(pupil)), idempotency_key=pupil
        )
        assert admitted.parsed.pupil == pupil
    for session in ("AM", "PM"):
        marks = body("MarksIn", {"marks": drawn("/N/", session), "by": OFFICER})
        posted = [
            await call(
                "record_marks", URN, TODAY, half(session), body=marks, idempotency_key=session
            )
            for _ in range(2)
        ]
        assert [each.status_code for each in posted] == [201, 201]
        assert posted[0].parsed.recorded == 3
        assert posted[1].headers["Idempotency-Replayed"] == "true"
    change = body("AmendmentsIn", {"amendments": [amendment("p2", "N", "I")], "by": OFFICER})

    amended = await call(
        "amend_marks", URN, TODAY, half("AM"), body=change, idempotency_key="amended"
    )
    refused = await call(
        "amend_marks", URN, TODAY, half("AM"), body=change, idempotency_key="again"
    )
    register = await call("read_register", URN, TODAY, half("AM"))
    history = await call("read_session_entries", URN, "p2", TODAY, half("AM"))

    assert amended.parsed.amended == 1
    assert refused.status_code == 409
    assert refused.parsed.type_ == "/problems/entry-changed"
    assert [item.pointer for item in refused.parsed.errors] == ["/amendments/0/original"]
    assert {mark.pupil: mark.code for mark in register.parsed.marks} == {
        "p1": "/",
        "p2": "I",
        "p3": "/",
    }
    assert register.parsed.position == amended.parsed.position
    assert [entry.code for entry in history.parsed.entries] == ["N", "I"]
