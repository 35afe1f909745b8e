"""Logs: one canonical line a request and a batch, JSON in containers, readable on a terminal.

No pupil in a log. An exception's text may hold one (a database's DETAIL repeats the row), so only
its type and where it was raised are ever written, for our own lines and for every library's.
"""

import logging
import sys
from types import TracebackType
from typing import Any, Final, TextIO

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

FRAMES_SHOWN: Final = 12

log: FilteringBoundLogger = structlog.get_logger("rollbook")


def configure_logs(log_format: str, stream: TextIO | None = None) -> None:
    """Set up structlog and the standard library's logging to write the same lines.

    Args:
        log_format: `json`, `console`, or `auto` for console on a terminal and JSON elsewhere.
        stream: where they go; stderr when None.
    """
    stream = stream or sys.stderr
    readable = log_format == "console" or (log_format == "auto" and stream.isatty())
    renderer: Processor = (
        structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer()
    )
    before: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_exception_text,
    ]
    structlog.configure(
        processors=[*before, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*before, first_line_only],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            keep_exc_info=False,
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    # Each request has its canonical line already.
    logging.getLogger("uvicorn.access").disabled = True


def without_exception_text(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its type and place; its text may repeat a pupil's record."""
    raised = event.pop("exc_info", None)
    if raised is True:
        raised = sys.exc_info()
    if isinstance(raised, BaseException):
        raised = (type(raised), raised, raised.__traceback__)
    if isinstance(raised, tuple) and raised[0] is not None:
        event["error"] = described(raised[1])
        event["frames"] = _frames(raised[2])
    event.pop("stack_info", None)
    return event


def first_line_only(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Cut a library's message to its first line; a traceback to the type of its error.

    asyncio and uvicorn write exceptions into their messages, and their texts with them.
    """
    first, *rest = str(event["event"]).strip().splitlines() or [""]
    if first.startswith("Traceback") and rest:
        event["error"] = rest[-1].partition(":")[0]
        first = "a library failed"
    event["event"] = first
    return event


def described(error: BaseException) -> str:
    """Name an error by its type and where it was raised, never by its text."""
    frames = _frames(error.__traceback__)
    return f"{type(error).__name__} at {frames[-1]}" if frames else type(error).__name__


def _frames(traceback: TracebackType | None) -> list[str]:
    frames: list[str] = []
    while traceback is not None:
        code: Any = traceback.tb_frame.f_code
        module = traceback.tb_frame.f_globals.get("__name__", "?")
        frames.append(f"{module}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return frames[-FRAMES_SHOWN:]
