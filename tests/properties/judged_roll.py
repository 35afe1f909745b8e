"""What becomes of admissions, changes and deletions in the model (SI 2024/208 regs 8 and 9)."""

from dataclasses import replace
from datetime import date
from http import HTTPStatus

from properties.remembered import HORIZON, Edition, Place, Pupil, School
from properties.verdicts import NOT_FOUND, Done, Json, Moment, Verdict, Wrong, day, refused

TOO_YOUNG = "2021-05-05"  # not of compulsory school age before September 2026


def judge_calendar(school: School, edition: Edition) -> Verdict:
    """Publish a calendar; the one that is published already is no news."""
    if school.edition == edition:
        return Done(status=HTTPStatus.OK)
    return Done((("calendar-published", replace(school, edition=edition)),), status=HTTPStatus.OK)


def judge_admission(school: School, body: Json) -> Verdict:
    """Enter a pupil in the admission register, or enter them again."""
    name, first = body["pupil"], day(body["starting_day"])
    before = school.pupils.get(name)
    if before is not None:
        _, last = before.stays[-1]
        if last is None:
            return refused({("/pupil", "already-admitted")})
        if first <= last:
            return refused({("/starting_day", "already-admitted")})
    place = Place(body["year_group"], tuple(body["groups"]), body["boarder"])
    pupil = Pupil(
        of_school_age=body["date_of_birth"] != TOO_YOUNG,
        stays=(*(before.stays if before else ()), (first, None)),
        places={on: before.places[on] if before and on < first else place for on in HORIZON},
        plans=before.plans if before else (),
        revision=before.revision + 1 if before else 1,
    )
    after = school.with_pupil(name, pupil)
    return Done((("pupil-admitted", after),), {"pupil": name})


def judge_change(school: School, name: str, body: Json) -> Verdict:
    """Change where a pupil stands from a day on, each thing until it was said otherwise."""
    pupil = school.pupils.get(name)
    if pupil is None:
        return NOT_FOUND
    first, last = pupil.stays[-1]
    effective = day(body["effective_on"])
    if effective < first or (last is not None and last < effective):
        return refused({("/effective_on", "not-on-roll")})
    said = {each: body[each] for each in Place._fields if each in body}
    if "groups" in said:
        said["groups"] = tuple(said["groups"])
    places = {
        on: place._replace(**_goes_on(said, pupil, effective, on))
        for on, place in pupil.places.items()
    }
    if all(places[on] == pupil.places[on] for on in HORIZON if first <= on):
        return Done((), {"revision": pupil.revision}, HTTPStatus.OK)
    changed = replace(pupil, places=places, revision=pupil.revision + 1)
    after = school.with_pupil(name, changed)
    return Done((("pupil-details-changed", after),), {"revision": changed.revision}, HTTPStatus.OK)


def judge_deletion(school: School, name: str, body: Json, moment: Moment) -> Verdict:
    """Delete a pupil as of the end of a day: today at the latest, and behind every entry."""
    pupil = school.pupils.get(name)
    if pupil is None:
        return NOT_FOUND
    first, last = pupil.stays[-1]
    on = day(body["deleted_on"])
    wrong: Wrong = set()
    if last is not None:
        return refused({("", "already-deleted")})
    if moment.today < on:
        wrong.add(("/deleted_on", "deletion-in-future"))
    if on < first:
        wrong.add(("/deleted_on", "deleted-before-start"))
    if any(of == name and on < session.on for session, of in school.entries):
        wrong.add(("/deleted_on", "entries-after-deletion"))
    if wrong:
        return refused(wrong)
    stays = (*pupil.stays[:-1], (first, on))
    plans = tuple(plan.left_behind(on) for plan in pupil.plans)
    deleted = replace(pupil, stays=stays, plans=plans, revision=pupil.revision + 1)
    return Done((("pupil-deleted", school.with_pupil(name, deleted)),), {"pupil": name})


def _goes_on(said: Json, pupil: Pupil, effective: date, on: date) -> Json:
    """Give what of a change holds on a day: what hadn't changed since the day it has effect."""
    since = [pupil.places[each] for each in HORIZON if effective <= each <= on]
    return {
        name: value
        for name, value in said.items()
        if since and all(getattr(each, name) == getattr(since[0], name) for each in since)
    }
