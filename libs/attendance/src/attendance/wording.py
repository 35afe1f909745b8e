"""Whether words that were sent say anything at all. Judges no content."""


def legible(text: str | None) -> bool:
    """Whether there is a character to be seen; spaces and zero-width characters aren't."""
    return text is not None and any(each.isprintable() and each != " " for each in text)
