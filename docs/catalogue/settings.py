"""The page of the settings, from the one class that reads them."""

from typing import Final

from pydantic.fields import FieldInfo
from servicekit.settings import Settings

from docs.catalogue.markdown import GENERATED, code, table

HEAD: Final = """# Settings

Read from the environment, once, as a process starts. The defaults run on a laptop; what a server
must set is in [running.md](running.md).

"""

UNSET: Final = "unset"
DATA_DIR: Final = "`~/.local/share/rollbook`; for root `/var/lib/rollbook`"


def settings_page() -> str:
    """Lay out every variable with its default and what it is for."""
    rows = ([code(variable), *_meaning(field)] for variable, field in variables().items())
    return f"{GENERATED}{HEAD}{table(('Variable', 'Default', 'What it says'), rows)}"


def variables() -> dict[str, FieldInfo]:
    """Name every variable the settings are read from, with its field."""
    prefix = Settings.model_config.get("env_prefix", "")
    return {
        str(field.validation_alias or f"{prefix}{name}".upper()): field
        for name, field in Settings.model_fields.items()
    }


def _meaning(field: FieldInfo) -> list[str]:
    if field.default_factory is not None:
        default = DATA_DIR  # the one that depends on who runs it
    else:
        default = UNSET if field.default is None else code(_written(field.default))
    return [default, field.description or ""]


def _written(default: object) -> str:
    """Write a default as the environment would."""
    return str(default).lower() if isinstance(default, bool) else str(default)
