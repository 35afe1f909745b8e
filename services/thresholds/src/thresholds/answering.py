"""Shapes long answers and writes them as JSON beside the loop.

A thousand lines take a tenth of a second, in which others would wait.
"""

import asyncio
from collections.abc import Callable

from fastapi import Response
from pydantic import BaseModel


async def answered(shape: Callable[[], BaseModel]) -> Response:
    """Give an answer of a shape that takes long to make."""
    body = await asyncio.to_thread(lambda: shape().model_dump_json(by_alias=True))
    return Response(body, media_type="application/json")
