"""The live services do what their documents say, whatever is asked of them.

No answer is a server's error; every one is of a status, media type and schema that the document
gives; what the document forbids is refused, and so are other methods and callers without a token.
"""

from pathlib import Path
from typing import Final

import pytest
from contract.conformance import ask_everything, live
from servicekit.openapi import document_of
from servicekit.service import Service, chosen_services

SERVICES: Final = chosen_services([])


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
async def test_a_live_service_does_what_its_document_says(
    service: Service, database_url: str, tmp_path: Path
) -> None:
    async with live(database_url, tmp_path) as running:
        code, said = await ask_everything(running, document_of(service), tmp_path)

    assert code == 0, said


async def test_a_document_that_keeps_a_refusal_to_itself_is_found_out(
    database_url: str, tmp_path: Path
) -> None:
    document = document_of(*chosen_services(["register-api"]))
    codes = document["paths"].pop("/register/v1/codes")
    del codes["get"]["responses"]["422"]
    document["paths"] = {"/register/v1/codes": codes}
    async with live(database_url, tmp_path) as running:
        code, said = await ask_everything(running, document, tmp_path)

    assert code == 1, said
    assert "Undocumented status code" in said
