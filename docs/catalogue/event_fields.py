"""What each field of a recorded event means, by its place in the JSON. Only words: no JSON here.

A field that means the same wherever it stands is filed under its name alone.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from attendance.events import Phase, Sex
from attendance.plan_terms import LeavePurpose
from attendance.return_events import Channel

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
        "year_groups": "those it is closed to; left out for the whole school",
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
        "middle_names": "all between forename and surname",
        "known_as": "the name the pupil goes by",
        "ethnicity": "the Department's code for it",
        "home_la_code": "authority of where the pupil lives, three digits",
        "emergency_contacts": "whom to call, besides the parents",
        "emergency_contacts[].name": "the contact's name",
        "relationship": "to the pupil, in the school's words",
        "telephones": "the first is tried first",
        "last_school": "the school attended last before this one",
        "last_school.name": "its name",
        "last_school.address": "where it is",
        "expected_leaving_on": "when the pupil is expected to leave the school",
        "characteristics": "words of [admission-register.md](admission-register.md), in force from "
        "the starting day",
        "characteristic_periods": "characteristics with days of their own",
        "characteristic": "word of [admission-register.md](admission-register.md)",
        "starts_on": "first day, included",
        "ends_on": "last day, included; left out while it holds",
        # What changed of a pupil, and a deletion.
        "changed": "names of the fields that differ from what was stated before",
        "effective_on": "from when year group, groups and boarding differ",
        "placements": "year group, groups and boarding, from day to day",
        "from_on": "first day, included",
        "ground": "its letter in reg 9(1), one of [admission-register.md](admission-register.md)",
        "deleted_on": "the last day on roll",
        "ground_arose_on": "when the ground arose",
        "conditions": "of the ground, as stated: that each is met, or the day on which it came to "
        "be",
        "destination_school": "the school the pupil goes to",
        "destination_school.name": "its name",
        "destination_school.starts_on": "first day of attendance there",
        "new_address": "where the pupil goes to live",
        "new_address.lives_with": "the parent with whom, by name",
        "notes": "whatever else the school wanted kept",
        # Entries in the attendance register.
        "group": "registration group, when the register was taken by group or is missing for one",
        "marks": "at least one; a pupil appears once",
        "minutes_late": "whole minutes after taking began; with `L` and `U`",
        "detail": "the nature of the activity or of the circumstances",
        "raw_code": "what was sent, when it had to be read as the code",
        "amendments": "at least one; a pupil appears once",
        "amendments[].original": "the code in force when it was amended",
        "amendments[].amended": "the code in force from now on",
        "closure": "the unplanned closure it belongs to",
        "closed_sessions": "the sessions that couldn't be held, of one day",
        # A school's own rules for entries.
        "subcodes": "marks of the school's own, each with the national code it stands for",
        "subcodes[].subcode": "as staff write it; capitals don't matter",
        "requirements": "what the school wants stated with a code, beyond what the law does",
        "requirement": "`detail`, words; or `plan`, an absence plan that covers the session",
        "in_force_from": "first day it counts, by the session's date",
        "in_force_to": "last day it counts; left out while it does",
        # Absence plans.
        "plan": "names the plan in everything that follows",
        "replaces": "the plan of the same kind that it takes the place of",
        "purpose": f"one of {', '.join(f'`{each}`' for each in LeavePurpose)}",
        "starts": "the first session it is about",
        "ends": "the last session it is about; left out while it has none",
        "requested_by": "who asked for the leave",
        "requested_by.name": "their name",
        "requested_by.relationship": "`parent`, or `pupil` over compulsory school age",
        "requested_on": "the day it was asked for",
        "outcome": "of leave `granted` or `refused`; of an alert one of [rules.md](rules.md)",
        "decided_on": "the day it was decided",
        "pattern": "its sessions of a week; empty for all",
        "weekday": "`monday` to `friday`",
        "agreed_with": "the parent, by name",
        "agreed_on": "the day it was agreed",
        "authorised_by": "who agreed for the school, authorised by its proprietor",
        "authorised_by.name": "their name on the day",
        "authorised_by.position": "their position on the day",
        "reviews_on": "the days on which it is reviewed",
        "exclusion": "`suspension` or `permanent`",
        "expected_return": "the day the pupil is expected back",
        "evidence_shown": "what was shown, such as a licence",
        "medical_evidence_seen": "whether a person at the school saw any",
        "other_school": "URN of the other school",
        "main": "whether this school, and not the other, is the main one",
        "nature": "what is done there",
        "place": "where",
        "supervisor": "who supervises there",
        "provider": "whom the local authority arranged it with",
        # What is kept, and what was dropped.
        "hold": "names the hold in everything that follows",
        "recording_year": "1 August to 31 July, by its first year",
        "first_position": "of the year's first event in the school's log",
        "last_position": "of its last",
        "events": "how many it had",
        "kept": "how many of them are still in the log, at their positions",
        "digest": "SHA-256 over the leaf hashes of all of them, in order",
        "earlier": "how many events of years dropped before went with it",
        "episodes": "the highest number of an alert that went",
        # What the rules found.
        "alert": "names the finding in everything that follows; the same on a rebuild",
        "rule": "slug, such as `penalty-notice-threshold`",
        "episode": "1 for the pupil's first under this rule, withdrawn ones counted",
        "met_on": "the session that completed it",
        "provisional": "it rests on a code `N`, or on days not wholly entered",
        "evidence": "the sessions that prove it, oldest first",
        "position": "of the event in the school's log that made the entry or amended it last",
        "figures": "counts at `met_on`",
        "terms": "the numbers it is judged by, with their dates",
        "source": "the law or guidance, or who set the numbers",
        "raised_at": "instant of finding, UTC",
        "corrected_at": "instant of correcting, UTC",
        "reopened": "it had lapsed, and as corrected it holds again",
        "withdrawn_at": "instant of withdrawing, UTC",
        "lapsed_on": "the session with which it no longer held",
        "lapsed_at": "instant of finding so, UTC",
        "trigger": "which of the rule's several grounds",
        "rests_on": "positions of the events that prove it beside the entries",
        "due_on": "the last day for what it asks for",
        # What a person decided on it, and the numbers a school has set.
        "closes": "whether the alert is done with; a new episode is another alert",
        "through": "the last day it is about: what comes after may give new cause",
        "notice": "the penalty notice that was issued, or withdrawn",
        "notice.parent": "to whom, by name",
        "issued_on": "the day it was issued",
        "received_on": "the day it was received, with which the days to pay begin",
        "decided_by": "who decided",
        "decided_by.name": "their name on the day",
        "decided_by.position": "their position on the day",
        "decided_at": "instant of deciding, UTC",
        "periods": "from day to day, in order; empty for the rule's own numbers again",
        # What became of a statutory return.
        "return": "names the return; a correction of it is another",
        "reference": "what the authority calls it",
        "acknowledged_by": "who at the authority has it; left out where its system said so",
        "acknowledged_by.name": "their name on the day",
        "acknowledged_by.position": "their position on the day",
        "acknowledged_at": "instant of acknowledging, UTC",
        "submitted_on": "the day it was sent",
        "withdrawal": "true: the authority was told so that the return was withdrawn; else left "
        "out",
        "how": f"by which way: one of {', '.join(f'`{each}`' for each in Channel)}",
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
