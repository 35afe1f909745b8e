"""Fields that take an object, or in short its words alone. Each is read as what it looks like.

Left to itself pydantic tries both, and puts the name of each before the pointer to what is wrong.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter, WrapValidator
from pydantic_core import PydanticCustomError
from servicekit.fields import Line, Remark

LINE: Final = TypeAdapter[str](Line)
REMARK: Final = TypeAdapter[str](Remark)


def words_or(form: type[BaseModel], words: TypeAdapter[str] = LINE) -> WrapValidator:
    """Make what reads a field that is an object of a form, or words."""

    def read(sent: Any, _both: Callable[[Any], object]) -> object:  # noqa: ANN401  # JSON as sent
        if isinstance(sent, str):
            return words.validate_python(sent)
        if isinstance(sent, Mapping | form):
            return form.model_validate(sent)
        raise PydanticCustomError("words-or-object", "Write it in words, or as an object")

    return WrapValidator(read)
