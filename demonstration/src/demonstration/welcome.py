"""What the terminal says once the demonstration is ready: where to look, what to try."""

from demonstration.seeding import SchoolToSeed


def welcome(school: SchoolToSeed, base_url: str, sandbox_url: str, token: str) -> str:
    """Write the text. Its `curl` lines can be pasted into a shell as they stand.

    Args:
        token: for the school's own data; it expires within the day.
    """
    tries = {
        f"The register of {school.story_class}, {school.last_day:%A %d %B}, afternoon": (
            f"/register/v1/schools/{school.urn}/registers/{school.last_day}/PM"
            f"?group={school.story_class}"
        ),
        "The attendance of a pupil who was away ten times without leave": (
            f"/thresholds/v1/schools/{school.urn}/pupils/{school.story_pupil.pupil}/attendance"
        ),
        "The open alerts that follow from such absences, with their evidence": (
            f"/thresholds/v1/alerts?urn={school.urn}&rule=penalty-notice-threshold&status=open"
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
    for what, path in tries.items():
        lines += [
            "",
            f"# {what}",
            f"curl -s -H \"Authorization: Bearer $TOKEN\" '{base_url}{path}'",
        ]
    return "\n".join([*lines, "", "Ctrl-C stops everything.", ""])
