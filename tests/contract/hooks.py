"""What Schemathesis is to check beside its own: that the documents ask no more than they say.

Loaded by Schemathesis itself, in its own process.
"""

from http import HTTPStatus
from typing import Any, Final, get_args

import schemathesis
from pydantic_core.core_schema import ErrorType
from schemathesis import GenerationMode

# What is refused for its form: by pydantic, under its own name for it, or by ours, `date-format`.
# Any other reason is about values that a schema can't know: a cursor of ours, a day before another.
OF_FORM: Final = frozenset(error.replace("_", "-") for error in get_args(ErrorType))
OURS: Final = "-format"


@schemathesis.check
def well_formed_is_never_called_malformed(
    _ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]
) -> None:
    """Hold a service to its document: what fits the schemas may be unlawful, never ill-formed."""
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    if response.status_code != HTTPStatus.UNPROCESSABLE_ENTITY:
        return
    items = response.json().get("errors", [])
    wrong = [each for each in items if each["code"] in OF_FORM or each["code"].endswith(OURS)]
    assert not wrong, f"the document allows this, and the service doesn't: {wrong}"


@schemathesis.hook
def before_call(
    _ctx: schemathesis.HookContext, case: schemathesis.Case[Any], _kwargs: dict[str, Any]
) -> None:
    """Ask for no position that isn't there: the service would wait five seconds for it, rightly."""
    position = (case.query or {}).get("min_position")
    if str(position).isdigit():
        del case.query["min_position"]
