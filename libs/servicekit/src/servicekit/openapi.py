"""The OpenAPI documents: one a service, generated from the code, and served beside it.

`openapi/` in the repository holds what this writes; a test says it is fresh.
"""

import json
from functools import cache, partial
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.routing import APIRoute

from servicekit.documenting import complete
from servicekit.health import operation
from servicekit.problems import ProblemOut
from servicekit.service import Service

API_VERSION: Final = "1.0.0"
THIS_SERVER: Final = {"url": "/", "description": "the server this document came from"}
CONTACT: Final = {"name": "Whoever runs this Rollbook"}  # every installation has its own
# What the law says where nobody has said anything (Copyright, Designs and Patents Act 1988 s 16).
LICENCE: Final = {"name": "All rights reserved", "url": "https://www.gov.uk/copyright"}
OPERATION: Final = {"name": "operation", "description": "Is it alive, ready, and how does it fare."}


def document_of(service: Service) -> dict[str, Any]:
    """Generate the OpenAPI document of one service, the routes of operation included."""
    app = FastAPI(generate_unique_id_function=operation_id)
    app.include_router(service.router, prefix=service.prefix, tags=[service.name])
    app.include_router(operation)
    app.webhooks.include_router(
        service.webhooks, tags=[service.name], generate_unique_id_function=operation_id
    )
    document = get_openapi(
        title=service.title,
        version=API_VERSION,
        description=service.description,
        routes=app.routes,
        webhooks=app.webhooks.routes,
        tags=sorted([OPERATION, _tag_of(service)], key=itemgetter("name")),
        servers=[THIS_SERVER],
        contact=CONTACT,
        license_info=LICENCE,
    )
    problem = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(problem.pop("$defs", {}))
    schemas["ProblemOut"] = problem
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    complete(document)
    return document


def operation_id(route: APIRoute) -> str:
    """Name an operation after its function: what a generated client calls its method."""
    return route.name


def write_documents(services: list[Service], folder: Path) -> list[Path]:
    """Write the documents of some services, and say which files were written."""
    written = []
    for service in services:
        file = folder / f"{service.name}.json"
        file.write_text(json.dumps(document_of(service), indent=2, ensure_ascii=False) + "\n")
        written.append(file)
    return written


def describe(service: Service) -> APIRouter:
    """Make the routes that serve one service's document and its page, under its own prefix."""
    router = APIRouter()
    document = cache(partial(document_of, service))  # made when it is first asked for

    @router.get("/openapi.json")
    def openapi() -> JSONResponse:  # in a thread: making it takes some 100 ms
        return JSONResponse(document())

    @router.get("/docs")
    async def docs() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url=f"{service.prefix}/openapi.json", title=service.title
        )

    return router


def _tag_of(service: Service) -> dict[str, str]:
    return {"name": service.name, "description": service.description}
