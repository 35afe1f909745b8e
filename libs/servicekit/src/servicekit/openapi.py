"""The OpenAPI documents: one a service, generated from the code, and served beside it.

`openapi/` in the repository holds what this writes; a test says it is fresh.
"""

import json
from functools import cache, partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse

from servicekit.health import operation
from servicekit.problems import ProblemOut
from servicekit.service import Service

API_VERSION = "1.0.0"


def document_of(service: Service) -> dict[str, Any]:
    """Generate the OpenAPI document of one service, the routes of operation included."""
    app = FastAPI()
    app.include_router(service.router, prefix=service.prefix, tags=[service.name])
    app.include_router(operation)
    document = get_openapi(
        title=service.title,
        version=API_VERSION,
        description=service.description,
        routes=app.routes,
        license_info=None,
    )
    problem = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(problem.pop("$defs", {}))
    schemas["ProblemOut"] = problem
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    _answer_problems(document)
    return document


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


def _answer_problems(document: dict[str, Any]) -> None:
    """State the problems any route can answer with, where FastAPI states its own 422."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}
    for path in document["paths"].values():
        for method in path.values():
            answers = method["responses"]
            if method.get("security"):
                answers.setdefault("401", {"description": "`unauthenticated`", "content": content})
                answers.setdefault("403", {"description": "`scope-missing`", "content": content})
            if "HTTPValidationError" in json.dumps(answers.get("422", {})):
                answers["422"] = {"description": "`invalid-request`", "content": content}
