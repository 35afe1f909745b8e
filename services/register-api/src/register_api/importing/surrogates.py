r"""Watches the escapes of JSON as it comes in for half a character: a surrogate without its other.

The parser would put a question mark in its place, and the register would hold what nobody wrote.
What else is wrong with an escape is found by the parser.
"""

import re
from typing import Final

# Whole escapes and what lies between them; it ends before an escape that isn't whole, or is half.
WHOLE: Final = re.compile(
    rb"""(?:
        [^\\]++
      | \\[^u]
      | \\u(?![dD][89a-fA-F])....
      | \\u[dD][89abAB]..\\u[dD][c-fC-F]..
    )*+""",
    re.VERBOSE | re.DOTALL,
)
PAIR_BYTES: Final = len(rb"\ud83d\ude00")


class Escapes:
    """The escapes of one file, read part by part."""

    def __init__(self) -> None:
        self._rest = b""  # of the part before: the beginning of an escape

    def broken_by(self, part: bytes) -> bool:
        """Whether a part has an escape that is half a character, as far as it can be told yet."""
        text = self._rest + part
        whole = WHOLE.match(text)
        self._rest = text[whole.end() :] if whole else text
        return len(self._rest) >= PAIR_BYTES

    @property
    def left_open(self) -> bool:
        """Whether something has begun that is no whole escape; at the end it never will be."""
        return bool(self._rest)
