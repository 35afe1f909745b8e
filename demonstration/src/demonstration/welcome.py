"""What the terminal says once the demonstration is ready: where to look, what to try."""

from demonstration.seeding import SchoolToSeed


def welcome(school: SchoolToSeed, base_url: str, sandbox_url: str, token: str) -> str:
    """Write the text. Its `curl` lines can be pasted into a shell as they stand.

    Args:
        token: for the school's own data; it expires within the day.
    """
    register = f"{base_url}/register/v1/schools/{school.urn}"
    pupil, tenth = school.story_pupil.pupil, f"{school.last_day}/PM"
    amendment = (
        f'{{"amendments": [{{"pupil": "{pupil}", "original": "O", "amended": "I", '
        '"reason": "Medical note received"}]}'
    )
    tries = {
        "The alert that ten absences without leave raised, with the sessions that prove it": (
            f"'{base_url}/thresholds/v1/alerts?urn={school.urn}&pupil={pupil}'"
        ),
        "The tenth was illness after all: amend it, and see the authority told in its inbox": (
            "-H 'Content-Type: application/json' -H 'Idempotency-Key: medical-note' "
            f"-d '{amendment}' '{register}/registers/{tenth}/amendments'"
        ),
        "What the register keeps of that afternoon: the original entry and its amendment": (
            f"'{register}/pupils/{pupil}/entries/{tenth}'"
        ),
    }
    lines = [
        "",
        "The demonstration is ready. Its school and pupils are simulated; none of them exists.",
        "",
        f"  Rollbook              {base_url}",
        f"  Documentation         {base_url}/docs",
        f"  An authority's inbox  {sandbox_url}/",
        "",
        f"TOKEN='{token}'",
    ]
    for what, request in tries.items():
        lines += [
            "",
            f"# {what}",
            f'curl -s -H "Authorization: Bearer $TOKEN" {request}',
        ]
    return "\n".join([*lines, "", "Ctrl-C stops everything.", ""])
