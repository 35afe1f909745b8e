"""The sandbox's page, as an authority's officer sees it. Escapes all it shows; fetches nothing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any, Final

STYLE: Final = """
:root { color-scheme: light dark; font: 1.05rem/1.5 system-ui, sans-serif; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
article { border: 1px solid; border-radius: .4rem; padding: 0 1.2rem 1rem; margin: 1.5rem 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.5rem; }
dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; } caption { text-align: left; font-weight: 600; }
th, td { text-align: left; padding: .15rem 1.5rem .15rem 0; border-bottom: 1px solid; }
""".strip()

PAGE: Final = """<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Local authority sandbox</title>
<style>
{style}
</style>
</head>
<body>
<header>
<h1>Local authority sandbox</h1>
<p>Events that Rollbook delivered here, newest first. Each came with a good signature.
The pupils are simulated.
<a href="/">Load again</a> · <a href="/received">The same as JSON</a></p>
</header>
<main>
{articles}
</main>
</body>
</html>
"""
NOTHING: Final = "<p>Nothing has been received since the sandbox was started.</p>"

HEADINGS: Final[Mapping[str, str]] = {
    "uk.attendance.threshold-met.v1": "Threshold met",
    "uk.attendance.threshold-corrected.v1": "Alert corrected",
    "uk.attendance.threshold-withdrawn.v1": "Alert withdrawn",
    "uk.attendance.endpoint-verification.v1": "Endpoint verified",
}


def render(events: Sequence[tuple[datetime, Mapping[str, Any]]]) -> str:
    """Write the page.

    Args:
        events: when each was received (UTC), and the CloudEvent; in the order to show them.
    """
    articles = "\n".join(
        _article(number, received_at, event)
        for number, (received_at, event) in enumerate(events, start=1)
    )
    return PAGE.format(style=STYLE, articles=articles or NOTHING)


def _article(number: int, received_at: datetime, event: Mapping[str, Any]) -> str:
    alert = event.get("data", {})
    kind = str(event.get("type", ""))
    facts = {
        "Rule": alert.get("rule"),
        "About": event.get("subject"),
        "Met on": _session(alert.get("met_on")),
        "State": alert.get("status"),
        "Source": alert.get("source"),
        "Position in the log": event.get("position"),
        "Received": f"{received_at:%d %B %Y, %H:%M:%S} UTC",
        "Event": event.get("id"),
    }
    shown = "\n".join(
        f"<dt>{term}</dt><dd>{escape(str(fact))}</dd>" for term, fact in facts.items() if fact
    )
    return (
        f'<article aria-labelledby="event-{number}">\n'
        f'<h2 id="event-{number}">{escape(HEADINGS.get(kind, kind))}</h2>\n'
        f"<dl>\n{shown}\n</dl>\n{_evidence(alert.get('evidence') or ())}</article>"
    )


def _evidence(entries: Iterable[Mapping[str, Any]]) -> str:
    rows = "".join(
        f"<tr><td>{escape(str(entry.get('date')))}</td><td>{escape(str(entry.get('session')))}</td>"
        f"<td>{escape(str(entry.get('code') or entry.get('statistical')))}</td></tr>\n"
        for entry in entries
    )
    if not rows:
        return ""
    return (
        "<table>\n<caption>Evidence</caption>\n<thead><tr>"
        '<th scope="col">Date</th><th scope="col">Session</th><th scope="col">Code</th>'
        f"</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
    )


def _session(met_on: Mapping[str, Any] | None) -> str | None:
    return f"{met_on.get('date')} {met_on.get('session')}" if met_on else None
