"""What an alert's thin body keeps to itself: everything that says why a pupil was away with leave.

Illness and appointments are health (UK GDPR art 9). They share the class of authorised absence with
other reasons, and none of that class is named: if only these were withheld, a missing code would
say as much as the code (docs/decisions/0038). Whoever may read alerts finds the codes there. Pure.
"""

from typing import Final

from attendance.codes import CODE_TABLE, Code, StatisticalClass
from attendance.rules import illness_evidence, sickness_return

from notifications.codec import Json

# What they are called says that the pupil was ill: the sessions would say when.
OF_ILLNESS: Final = frozenset({sickness_return.RULE, illness_evidence.RULE})

COUNTED: Final = "evidence_count"


def thinned(alert: Json) -> Json:
    """Thin an alert, once: one that is thin already is given back as it is."""
    if COUNTED in alert:
        return alert
    evidence = alert["evidence"]
    shown = [] if alert["rule"] in OF_ILLNESS else [_entry(entry) for entry in evidence]
    return {**alert, "evidence": shown, COUNTED: len(evidence)}


def _entry(entry: Json) -> Json:
    statistical = CODE_TABLE[Code(entry["code"])].statistical
    said = {**entry, "statistical": statistical.value}
    if statistical is StatisticalClass.AUTHORISED:
        del said["code"]
    return said
