"""Who asked for an extract and when, and a digest by which paper is checked against the log."""

import hashlib
import json
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any

from servicekit.caller import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What stands at the foot of every page."""

    exported_by: str
    exported_at: str  # RFC 3339
    digest: str  # of everything on the page but this stamp


def stamped(plain: dict[str, Any], caller: Caller, now: datetime) -> Stamp:
    """Stamp what was laid out, for whoever asked for it."""
    at = now.isoformat().replace("+00:00", "Z")
    return Stamp(exported_by=_named(caller), exported_at=at, digest=digest_of(plain))


def plain_of(laid_out: Any) -> Any:  # noqa: ANN401  # any of our pages, and JSON values
    """Turn what was laid out to plain JSON values, as templates and the digest take it.

    Dataclasses and named tuples become objects; everything else in them is plain already.
    """
    match laid_out:
        case str() | int() | None:
            return laid_out
        case tuple():
            if not hasattr(laid_out, "_fields"):
                return [plain_of(each) for each in laid_out]
            return _object(laid_out)
        case _:
            return {each.name: plain_of(getattr(laid_out, each.name)) for each in fields(laid_out)}


@cache  # of cells: one object for all that are alike
def _object(laid_out: Any) -> dict[str, Any]:  # noqa: ANN401  # any named tuple
    return dict(laid_out._asdict())


def digest_of(plain: dict[str, Any]) -> str:
    """Compute the digest of a page: SHA-256 of its JSON, keys sorted, in hexadecimal digits.

    The same register asked for as of the same instant has the same digest, in whatever form.
    """
    canonical = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _named(caller: Caller) -> str:
    if caller.signatory is None:
        return f"the system {caller.client}"
    return f"{caller.signatory.name}, {caller.signatory.position}"
