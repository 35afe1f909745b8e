"""The page of the admission register: its words, and the grounds of deletion as they are judged."""

from typing import Final

from attendance.characteristics import VOCABULARY, Characteristic
from attendance.deletion_grounds import CONDITIONS, GROUNDS, Condition, Ground, Sort

from docs.catalogue.markdown import GENERATED, code, table

HEAD: Final = """# The admission register

Whom a school has on roll, from when, and what it states of each (SI 2024/208 regs 8 and 9). A fact
at a time: admitted, changed, deleted. Nothing is erased, so the roll can be read of any day, and as
it was known at any instant: `GET /register/v1/schools/{urn}/pupils?on=&group=&year_group=&as_of=`.

## What is stated of a pupil

`POST …/pupils` admits; after a deletion the same pupil is admitted again, from a later day. The
answer's `advice` says what the register should state and doesn't: more than one person to call in
an emergency, a parent with whom the pupil lives, an address; and that another pupil on roll has
the same unique pupil number (`upn-of-another-pupil`). Nothing is refused for it.

`PATCH …/pupils/{pupil}` changes what is sent and leaves the rest: a list takes the place of the
whole list, `null` takes away what may be left out. It needs `If-Match` with the `ETag` of
`GET …/pupils/{pupil}`, so that nobody undoes a change they haven't seen: 428 without it, 412 when
the entry has changed since. Year group, groups and boarding differ from `effective_on` on (today,
when it isn't said), each up to the next day for which something else was said: what is planned for
September stays. A starting day moves later only while nothing is entered before the new one, and
takes with it what was stated from that day on. A `Z` of a day that came to be on roll is a missing
mark, to be amended.

A token with `register:read` sees of an entry the names, the date of birth, the groups and the times
on roll. Addresses, parents, contacts, characteristics and the ground of a deletion are for tokens
with `admissions:write` or `audit:read`.

"""

CHARACTERISTICS: Final = """## Characteristics

Each with the first and the last day on which it holds; a word sent alone holds from the starting
day. A change with words alone says what holds from `effective_on` on: whatever isn't among them
ends the day before, and what had ended, or is stated for later days, stays. A list with days in it
takes the place of all there was.

Rules and returns hang on these words, so another word is refused (`characteristic-unknown`). Case,
spaces and underscores don't matter. A school's own words begin with `local:`, and nothing is done
with them.

"""

DELETION: Final = """
## Deletion

`POST …/pupils/{pupil}/deletion` with `ground` and `deleted_on`, the last day on roll
([decision 0022](decisions/0022-deletion.md)). Entries up to that day stay and can still be made and
amended; for later days the pupil isn't on roll. A deletion is of today or of a day that has passed,
not of one before the ground arose, and not of one with an entry after it: 409
`entries-after-deletion`.

A pupil who isn't of compulsory school age on that day is deleted on the grounds marked *any* alone;
which those are is recalled, since reg 9(3) was not read. `conditions` states what goes with a
ground: `true` where it is so, or the day on which it came to be. What isn't stated is asked for in
`advice`. What the register can tell by itself is checked and refused as `ground-not-met`:

* **a**: no dual registration that runs past the deletion.
* **g**, **m**: not for boarders; for boarders alone.
* **h**: ten school days have passed since the leave ended, stated or planned, and none was
  attended.
* **i**: twenty school days on end, before the day of deletion, each with nothing but `G`, `N` and
  `O`. Days with nothing possible neither count nor break; a day not wholly entered doesn't count.
* **l**: over compulsory school age on the day the school next meets.

"""

CONDITIONS_HEAD: Final = """
### Conditions

"""

OF_WORDS: Final = ("Word", "Meaning", "Also read", "Source")
OF_GROUNDS: Final = ("Ground", "The pupil", "Age", "Conditions", "Source")
OF_CONDITIONS: Final = ("Condition", "Stated as", "Meaning", "Required")


def admission_register_page() -> str:
    """Lay out what is stated, the vocabulary, the grounds, and their conditions."""
    words = table(OF_WORDS, map(_word, VOCABULARY))
    grounds = table(OF_GROUNDS, map(_ground, GROUNDS.values()))
    conditions = table(OF_CONDITIONS, map(_condition, CONDITIONS.values()))
    return (
        f"{GENERATED}{HEAD}{CHARACTERISTICS}{words}{DELETION}{grounds}{CONDITIONS_HEAD}{conditions}"
    )


def _word(word: Characteristic) -> list[str]:
    also = ", ".join(code(each) for each in word.also)
    return [code(word.word), word.meaning, also, str(word.source)]


def _ground(ground: Ground) -> list[str]:
    age = "any" if ground.any_age else "compulsory school age"
    conditions = ", ".join(code(each.name) for each in ground.conditions)
    return [code(ground.letter), ground.meaning, age, conditions, str(ground.source)]


def _condition(condition: Condition) -> list[str]:
    sort = "a day" if condition.sort is Sort.DAY else "`true`"
    required = f"from {condition.required_from}" if condition.required_from else "asked for"
    source = f" ({condition.source})" if condition.source else ""
    return [code(condition.name), sort, f"{condition.meaning}{source}", required]
