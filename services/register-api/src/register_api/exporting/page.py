"""Renders what was laid out as an HTML page, to be read on a screen and printed. Knows no register.

Everything is escaped, there is no script, and the page loads nothing: the policy sent with it
allows its own style sheet and nothing else, so a name can't become markup that does something.
"""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from register_api.exporting.stamp import Stamp

ENVIRONMENT: Final = Environment(
    loader=PackageLoader("register_api.exporting"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
STYLE: Final = ENVIRONMENT.get_template("page.css").render()
POLICY: Final = (
    "default-src 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def rendered(template: str, plain: Mapping[str, Any], stamp: Stamp) -> bytes:
    """Render a page.

    Args:
        template: the name of what was laid out, `month` or `certificate`.
        plain: it, as plain values.
    """
    found = ENVIRONMENT.get_template(f"{template}.html")
    return found.render(plain, stamp=stamp, style=STYLE).encode()
