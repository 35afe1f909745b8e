"""What each field of a recorded event means, by its place in the JSON. Only words: no JSON here.

A field that means the same wherever it stands is filed under its name alone.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from attendance.events import Phase, Sex

CODE: Final = "attendance code, one of [codes.md](codes.md)"

MEANINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        # What many kinds have.
        "recorded_at": "instant of recording, UTC",
        "recorded_by": "who answers for it",
        "recorded_by.name": "their name on the day",
        "recorded_by.position": "their position on the day",
        "pupil": "the school's own identifier; never the UPN",
        "date": "the day it is about",
        "session": "`AM` or `PM`",
        "code": CODE,
        "reason": "why, in words",
        # A school and its calendar.
        "name": "the school's name",
        "la_code": "local authority, three digits",
        "phase": f"one of {', '.join(f'`{each}`' for each in Phase)}",
        "trust": "the trust it belongs to",
        "sessions": "for `AM` and `PM`: when the register `starts` to be taken and `closes`, on "
        "the school's clock",
        "year": "academic year, 1 August to 31 July",
        "half_terms": "weekdays inside one are school days, closures apart",
        "half_terms[].name": "what the school calls it",
        "half_terms[].starts": "its first day",
        "half_terms[].ends": "its last day",
        "closures": "days inside a half term without school",
        "closures[].session": "the half of the day that is closed; left out for the whole day",
        # A pupil's admission.
        "legal_surname": "as the admission register states it",
        "legal_forename": "as the admission register states it",
        "date_of_birth": "compulsory school age follows from it",
        "sex": f"one of {', '.join(f'`{each}`' for each in Sex)}",
        "upn": "unique pupil number",
        "year_group": "such as `R` or `7`",
        "groups": "registration groups, whose registers the pupil is on",
        "starting_day": "first day on the roll; may lie before or after the recording",
        "boarder": "of a boarder no attendance register need be taken",
        "address": "where the person lives",
        "parents": "as the admission register states them",
        "parents[].name": "the parent's name",
        "parents[].telephone": "a number for an emergency",
        "parents[].lives_with": "whether the pupil normally lives with them",
        "characteristics": "the school's own words, such as `ehcp`",
        # Entries in the attendance register.
        "group": "registration group, when the register was taken by group",
        "marks": "at least one; a pupil appears once",
        "minutes_late": "whole minutes after taking began; with `L` and `U`",
        "detail": "the nature of the activity or of the circumstances",
        "raw_code": "what was sent, when it had to be read as the code",
        "amendments": "at least one; a pupil appears once",
        "amendments[].original": "the code in force when it was amended",
        "amendments[].amended": "the code in force from now on",
        # What the rules found.
        "alert": "names the finding in everything that follows; the same on a rebuild",
        "rule": "slug, such as `penalty-notice-threshold`",
        "episode": "1 for the pupil's first under this rule, withdrawn ones counted",
        "met_on": "the session that completed it",
        "provisional": "it rests on a code `N`, or on days not wholly entered",
        "evidence": "the sessions that prove it, oldest first",
        "position": "of the event in the school's log that made the entry or amended it last",
        "figures": "counts at `met_on`, in sessions",
        "terms": "the legal numbers it was judged by, with their dates",
        "source": "the law or guidance",
        "raised_at": "instant of finding, UTC",
        "corrected_at": "instant of correcting, UTC",
        "reopened": "it had lapsed, and as corrected it holds again",
        "withdrawn_at": "instant of withdrawing, UTC",
        "lapsed_on": "the session with which it no longer held",
        "lapsed_at": "instant of finding so, UTC",
    }
)


def meaning_of(path: str) -> tuple[str, str]:
    """Look a field up by its whole place, else by its name.

    Returns:
        Where it is filed, and what it means.

    Raises:
        KeyError: nobody has said what it means.
    """
    filed = path if path in MEANINGS else path.rpartition(".")[2].removesuffix("[]")
    return filed, MEANINGS[filed]
