"""The offsets a row gives, before they are held against a text."""

from articles.importing.checks.values import Values


def offsets(values: Values) -> tuple[int | None, int | None]:
    """``start`` and ``end``: both or, where one is missing or wrong, neither."""
    start, end = values.offset("start"), values.offset("end")
    for name, other in (("start", "end"), ("end", "start")):
        if not values.has(name) and values.has(other):
            values.require(name, f"Give it beside “{other}”, or leave both out.")
    return (None, None) if start is None or end is None else (start, end)
