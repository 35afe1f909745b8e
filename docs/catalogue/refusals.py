"""The page of the refusals: every problem the services answer with, and who answers it.

Problems are found in the code of the services, and operations in their OpenAPI documents.
"""

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final

from register_api.refusals import NOT_NOW
from servicekit.answering import INTERNAL, MALFORMED, NOWHERE, OTHER_METHOD, TOO_LARGE
from servicekit.commands import COMMAND_REFUSALS
from servicekit.documenting import OF_CALLERS
from servicekit.openapi import document_of
from servicekit.problems import INVALID, MEDIA_TYPE, Kind
from servicekit.service import chosen_services

from docs.catalogue.markdown import GENERATED, code, table
from docs.catalogue.refusal_words import MEANINGS, OF_FORM

HEAD: Final = """# Refusals

Every answer that isn't a success is `application/problem+json` (RFC 9457): `type`, `title`,
`status`, `detail`, and the request's id as `instance`. Where single items are wrong, `errors` lists
all of them, each with a JSON Pointer into what was sent, a `code` and what to do. Nothing is stored
then, and nothing that was sent is repeated.

`type` is `/problems/` and a slug: the problem's own, or that of the one reason there is. Act on the
slugs; the words are for people and may change. Slugs are added, not renamed.

A 4xx sent again unchanged is refused again, but for 408, 409 `command-in-flight` and 429. With
another 409 the request is right in itself, but not as things stand. After a 503 send the same
again, under the same key.

## Problems

"""

REASONS: Final = """
## Reasons

What `errors` says of each item; and `type`, where all items have the same reason. A subscription's
refusals and an `invalid-request` keep their own `type`.

"""

FORM: Final = """
## The form of a request

An `invalid-request` isn't of the form that the OpenAPI document gives: a field is missing, unknown,
of another type, too long. The item's `code` is then [pydantic's name](https://docs.pydantic.dev/latest/errors/validation_errors/)
for it, with hyphens, such as `missing`, `extra-forbidden` or `string-too-long`; or one of these. A
row of an imported file has its own: [imports.md](imports.md).

"""

PACKAGES: Final = ("servicekit", "register_api", "thresholds", "notifications")

# What so many operations answer that a list of them would tell nobody anything, or what none does
# by itself.
ANYWHERE: Final[Mapping[str, str]] = {
    **{kind.slug: "every operation with a token" for kind in OF_CALLERS},
    **{kind.slug: "every operation with an `Idempotency-Key`" for kind in COMMAND_REFUSALS},
    INVALID.slug: "every operation with parameters or a body",
    MALFORMED.slug: "every operation with a body",
    TOO_LARGE.slug: "every operation with a body",
    NOWHERE.slug: "every operation on one thing, and any path there isn't",
    OTHER_METHOD.slug: "any path",
    INTERNAL.slug: "any path",
    **{kind.slug: "every operation that records" for kind in NOT_NOW},
}

OF_PROBLEMS: Final = ("Problem", "Status", "Title", "Meaning", "Answered by")
OF_REASONS: Final = ("Reason", "Of the problem", "Meaning")
OF_FORMS: Final = ("Code", "Meaning")

Answer = tuple[str, HTTPStatus]  # a problem's slug and its status


def refusals_page() -> str:
    """Lay out problems, reasons and forms.

    Raises:
        KeyError: a slug has no meaning written down.
        ValueError: a meaning is written down for a slug that nothing answers, or no operation
            answers a problem.
    """
    kinds = problem_kinds()
    _refuse_unused_meanings(kinds)
    reasons = table(OF_REASONS, _reasons(kinds))
    forms = table(OF_FORMS, ([code(slug), said] for slug, said in OF_FORM.items()))
    problems = table(OF_PROBLEMS, _problems(kinds))
    return f"{GENERATED}{HEAD}{problems}{REASONS}{reasons}{FORM}{forms}"


def problem_kinds() -> list[Kind]:
    """Find every kind of problem that a module of the services declares, by slug."""
    found: list[Kind] = []
    for module in _modules():
        for declared in vars(module).values():
            within = declared.values() if isinstance(declared, Mapping) else [declared]
            found += [each for each in within if isinstance(each, Kind) and each not in found]
    return sorted(found, key=lambda kind: (kind.slug, kind.status))


def _modules() -> Iterator[Any]:
    for name in PACKAGES:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not module.name.endswith("__main__"):  # would run
                yield importlib.import_module(module.name)


def _refuse_unused_meanings(kinds: Iterable[Kind]) -> None:
    used = {slug for kind in kinds for slug in (kind.slug, *kind.reasons)}
    if unused := set(MEANINGS) - used:
        raise ValueError(f"nothing is refused as {', '.join(sorted(unused))}")


def _problems(kinds: Iterable[Kind]) -> Iterator[list[str]]:
    titles: defaultdict[Answer, list[str]] = defaultdict(list)
    for kind in kinds:
        if kind.title not in titles[kind.slug, kind.status]:
            titles[kind.slug, kind.status].append(kind.title)
    operations = _operations()
    for answer, said in titles.items():
        slug, status = answer
        by = ANYWHERE.get(slug) or ", ".join(map(code, operations[answer]))
        if not by:
            raise ValueError(f"no operation answers {slug} with {status}")
        yield [code(slug), str(int(status)), "; ".join(said), MEANINGS[slug], by]


def _operations() -> defaultdict[Answer, list[str]]:
    """Read from the OpenAPI documents which operations give each answer."""
    found: defaultdict[Answer, list[str]] = defaultdict(list)
    for service in chosen_services(()):
        for path in document_of(service)["paths"].values():
            for operation in path.values():
                for answer in _answers(operation):
                    found[answer].append(operation["operationId"])
    return found


def _answers(operation: Mapping[str, Any]) -> Iterator[Answer]:
    for status, answer in operation["responses"].items():
        for slug in answer.get("content", {}).get(MEDIA_TYPE, {}).get("examples", {}):
            yield slug, HTTPStatus(int(status))


def _reasons(kinds: Iterable[Kind]) -> Iterator[list[str]]:
    problems: defaultdict[str, list[str]] = defaultdict(list)
    for kind in kinds:
        for reason in kind.reasons:
            if code(kind.slug) not in problems[reason]:
                problems[reason].append(code(kind.slug))
    for reason, of in sorted(problems.items()):
        yield [code(reason), ", ".join(of), MEANINGS[reason]]
