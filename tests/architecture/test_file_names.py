"""A file name means the same in every service, so that whoever knows one service knows them all."""

from pathlib import Path

import pytest

SERVICES = Path(__file__).resolve().parents[2] / "services"

# In every service.
REQUIRED = {
    "__init__": "the service as a value: its whole wiring",
    "access": "scopes, and who may do what",
    "routes": "HTTP to commands and queries; no rule and no SQL",
    "schemas": "bodies of requests and answers",
}
# In the services that have the thing.
KNOWN = {
    "codec": "events to and from JSON",
    "commands": "read, decide, append",
    "processor": "read events, decide, append: commands where no person gives them",
    "projector": "events to rows",
    "queries": "reads that put several sources together",
    "tables": "every statement on the service's own schema",
    "errors": "what the package raises",
    "refusals": "which problem each error is answered with",
}
TABLE = "_table"  # `tables` in parts, where one module would hold two ideas
# What only one service has, and why it isn't one of the above.
OF_ITS_OWN = {
    "register-api": {
        "admissions": "commands on the admission register",
        "roll": "reads of the admission register",
        "closing": "commands on unplanned closures: several sessions' events in one append",
        "cloudevents": "the log's feed goes out in another standard's envelope",
        "feed": "the log goes out as it is, in three forms, and not put together with anything",
        "holds": "holds on what is kept: commands on them, and reads of them",
        "plan_refusals": "`refusals` of absence plans, which are many",
        "plans": "absence plans: commands on them, and reads of them",
        "recorder": "group commit: what waits together is stored together",
        "schools": "what a process keeps of the schools it has read",
        "exporting": "extracts of the registers that a person asks for, and their templates",
        "importing": "files of entries, staged as they come in and made into registers",
    },
    "thresholds": {
        "alert_schemas": "`schemas` of alerts",
        "decision_schemas": "`schemas` of decisions on alerts",
        "rule_schemas": "`schemas` of rules and of the numbers a school has set",
        "simulation_schemas": "`schemas` of simulations",
        "simulating": "a rule with other numbers over a school's history, storing nothing",
        "answering": "long answers are shaped and written as JSON beside the loop",
        "aside": "what would hold up the loop is worked out in a thread",
        "queueing": "what may be asked once at a time",
        "asked": "query values, each as the contract writes it and once",
        "timetable": "which sessions the school holds, and since which event",
        "facts": "what judging a pupil takes besides entries, and since which event",
        "kept_facts": "those facts as the JSON they are kept as",
        "school": "what judging takes of the school, and since which event",
        "in_time": "what was stated last at each position of a batch",
        "timeline": "when a batch's events were recorded, and where an instant lies among them",
        "stretch": "a batch and all that judging it takes, as a value",
        "circumstances": "what rules are asked about, from packed years",
        "conditions": "when an entry can matter to each rule",
        "judged_pupils": "loads and judges the pupils a batch concerns",
        "judged_registers": "loads and judges the registers a batch concerns",
        "registers": "registers that were not taken, and were after all",
        "closings": "when registers close",
        "due": "which sessions were due to a pupil",
        "looks": "who is judged anew although no entry changed",
        "alert_record": "an alert folded from the log",
        "digest": "a batch of events sorted by what it is about",
        "dropped": "up to which year entries were dropped, and what that says of alerts",
        "figures": "a pupil's figures over a period, a school's by group, many schools' together",
        "benchmarks": "published figures, which come in files and are held beside a school's own",
        "judging": "what new entries change in what was said",
        "packing": "a pupil's year in a few hundred bytes",
        "appending": "appends what was found",
        "replaying": "what a rebuild does with a batch: it writes down, and asks no rule",
        "replayed": "registers straight from JSON into packed years, as a rebuild takes them",
        "stated": "keeps what a batch states besides entries, followed or replayed",
        "relevance": "which rules an entry can matter to",
    },
    "notifications": {
        "alerts": "an alert as receivers see it",
        "answer": "what came of one attempt",
        "circuit": "when an endpoint that fails is left alone, looked at, given up",
        "courier": "carries one message to one endpoint",
        "destinations": "where what is in hand is to go, read anew every second",
        "ending": "what waits for an ended subscription is cancelled, some of it at a time",
        "endpoints": "which addresses deliveries may go to",
        "feed": "what a subscription is owed goes out as it is, by the page or followed",
        "homes": "the authorities where pupils live, and what they are told",
        "forgetting": "secrets that have ceased to sign are forgotten",
        "instruments": "what is measured of deliveries",
        "owing": "what a subscription chose, and so what it is owed",
        "pack": "a return as a page to be printed, beside its JSON",
        "pace": "how much of an endpoint's is taken in hand",
        "publication": "what a batch of events has to tell",
        "registers": "what the registers said of a pupil at a position of the log",
        "return_bodies": "what is told of a return, thin and whole",
        "return_commands": "`commands` on returns, which are appended to the log",
        "return_record": "a return as the ledger has it, read from its row",
        "return_story": "what became of a return, step by step",
        "statutory_return": "a return and what was recorded of it",
        "returns": "returns folded from the log",
        "replaying": "what was sent is sent again, a few at a time",
        "rotation": "which secrets sign while one takes over from another",
        "thinning": "what an alert's body keeps to itself",
        "webhooks": "what others are to answer, as the contract has it",
        "resolving": "names looked up, in threads",
        "resealing": "secrets taken over by a new key",
        "reseal_command": "`rollbook reseal`: the command line of that",
        "retries": "when a delivery is tried again",
        "sealing": "endpoint secrets at rest",
        "stated": "findings as they were stated last at a position of the log",
        "sender": "sends what is owed",
        "settling": "what came of attempts, recorded many at once",
        "signing": "signatures that a receiver can check",
        "watching": "what operators see of deliveries",
    },
}


def _names(service: str) -> set[str]:
    package = SERVICES / service / "src" / service.replace("-", "_")
    modules = {path.stem for path in package.glob("*.py")}
    return modules | {path.parent.name for path in package.glob("*/__init__.py")}


def _unknown(service: str, names: set[str]) -> set[str]:
    known = {*REQUIRED, *KNOWN, *OF_ITS_OWN[service]}
    return {name for name in names - known if not name.endswith(TABLE)}


def test_the_services_are_the_ones_with_a_list() -> None:
    found = {path.name for path in SERVICES.iterdir() if not path.name.startswith((".", "__"))}

    assert found == set(OF_ITS_OWN)


@pytest.mark.parametrize("service", OF_ITS_OWN)
def test_a_service_has_the_files_that_every_service_has(service: str) -> None:
    assert set(REQUIRED) <= _names(service)


@pytest.mark.parametrize("service", OF_ITS_OWN)
def test_a_service_has_no_file_whose_name_is_not_explained(service: str) -> None:
    unknown = _unknown(service, _names(service))

    assert not unknown, f"services/{service}: give {sorted(unknown)} a known name, or a reason here"


def test_a_name_that_nobody_explained_is_found() -> None:
    assert _unknown("register-api", {"schemas", "marks_table", "plumbing"}) == {"plumbing"}
