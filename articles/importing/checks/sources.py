"""Sources: the rows that describe them, and how other rows name them."""

import re
from collections.abc import Mapping

from articles.importing.checks import rules
from articles.importing.checks.checked import CheckedSource, SourceRef
from articles.importing.checks.values import Values

_BETWEEN_ALIASES = re.compile(r"[;|\r\n]")


def check_source(row: int, values: Values) -> CheckedSource:
    """A protected source comes without its name from an export, and is known by its id."""
    name = values.line("name", rules.NAME)
    id = values.line("id", rules.ID)
    protected = values.truth("protected")
    if not values.has("name"):
        if not (protected and id):
            values.require("name", "Give the name of the source.")
        name = f"Protected source {id}"[: rules.NAME]
    return CheckedSource(
        row=row,
        id=id,
        name=name,
        kind=values.choice("kind", rules.SOURCE_KINDS) or "organisation",
        aliases=_aliases(values),
        homepage=values.url("homepage"),
        protected=protected,
    )


def source_ref(values: Values, name: str) -> SourceRef | None:
    """The source that the field ``name`` names: as a text, or as an object with its id."""
    value = values.nested(name)
    if isinstance(value, Mapping):
        return described_source(values.within(name, value))
    text = values.line(name, rules.NAME)
    return SourceRef(name=text) if text else None


def described_source(values: Values) -> SourceRef | None:
    ref = SourceRef(
        name=values.line("name", rules.NAME),
        kind=values.choice("kind", rules.SOURCE_KINDS),
        id=values.line("id", rules.ID),
    )
    if not values.has("name") and not values.has("id"):
        values.require("name", "Give the source’s name or id.")
    return ref if ref.name or ref.id else None


def _aliases(values: Values) -> tuple[str, ...]:
    """Each once, whatever its capitals."""
    value = values.nested("aliases")
    if isinstance(value, str) and value.startswith("["):
        values.refuse_shape("aliases", value, "A list belongs here.", "Part names by semicolons.")
        return ()
    if not isinstance(value, list):
        value = _BETWEEN_ALIASES.split(values.raw("aliases"))
    items = values.parts("aliases", value)
    given = [items.text(name, rules.NAME) for name in items.names()]
    aliases: dict[str, str] = {}
    for alias in given:
        if name := " ".join(alias.split()):
            aliases.setdefault(name.casefold(), name)
    if len(aliases) > rules.ALIASES:
        values.refuse(
            "aliases",
            f"These are {len(aliases)} aliases, more than the {rules.ALIASES} allowed.",
            f"Keep the {rules.ALIASES} that articles use most.",
        )
    return tuple(aliases.values())
