"""The image, held to what it is built from and what it runs. Nothing is built here."""

import re
import tomllib
from importlib.metadata import entry_points

from architecture.containers import ROOT, copied, environment_of, only, read_dockerfile

BUILD, IMAGE = read_dockerfile(ROOT / "infra/Dockerfile")


def test_the_image_is_built_from_what_is_there_and_gets_nothing_else() -> None:
    sources = set(copied(BUILD))
    first, *rules = (ROOT / ".dockerignore").read_text().splitlines()[1:]
    members = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]["workspace"]

    assert not list(copied(IMAGE))
    assert all((ROOT / source).exists() for source in sources)
    assert first == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == sources
    assert {member.split("/")[0] for member in members["members"]} <= sources


def test_the_image_runs_rollbook_as_somebody_who_is_not_root() -> None:
    (rollbook,) = entry_points(group="console_scripts", name="rollbook")

    assert only(IMAGE, "ENTRYPOINT").words == [rollbook.name]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", only(IMAGE, "USER").text)
    assert [each.keyword for each in IMAGE].index("USER") > max(
        place for place, each in enumerate(IMAGE) if each.keyword == "RUN"
    )


def test_the_environment_is_built_on_the_python_it_will_run_on_and_its_tools_stay_behind() -> None:
    base, runs = only(BUILD, "FROM").words[0], [each for each in BUILD if each.keyword == "RUN"]
    pinned = re.search(r"UV_VERSION := (\S+)", (ROOT / "Makefile").read_text())

    assert only(IMAGE, "FROM").words == [base]
    assert pinned is not None
    assert runs[0].text.endswith(f"uv=={pinned[1]}")
    assert "uv sync --frozen --no-dev --no-editable --all-packages" in runs[1].text
    assert [each.words for each in IMAGE if each.keyword == "COPY"] == [
        ["--from=build", environment_of(BUILD)["UV_PROJECT_ENVIRONMENT"], "/opt/rollbook"]
    ]
    assert environment_of(IMAGE)["PATH"].startswith("/opt/rollbook/bin:")


def test_the_port_the_image_serves_is_the_one_it_tells_of() -> None:
    assert only(IMAGE, "EXPOSE").text == environment_of(IMAGE)["ROLLBOOK_PORT"]
