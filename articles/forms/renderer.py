"""Draws the plain widgets of forms at once: Django's templates for them take many times as long."""

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.safestring import SafeString

from articles.markup import fill, joined

INPUTS = ("text", "search", "number", "email", "url", "password", "date", "hidden", "checkbox")


class Renderer(DjangoTemplates):
    """Takes and gives what Django's own does."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        draw = DRAWN.get(template_name)
        return draw(context["widget"]) if draw else super().render(template_name, context, request)


def attributes(attrs: Mapping[str, Any]) -> SafeString:
    return joined(
        SafeString(f" {name}") if value is True else fill(' {}="{}"', name, value)
        for name, value in attrs.items()
        if value is not False
    )


def draw_input(widget: Mapping[str, Any]) -> SafeString:
    value = "" if widget["value"] is None else fill(' value="{}"', widget["value"])
    attrs = attributes(widget["attrs"])
    return fill('<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, attrs)


def draw_textarea(widget: Mapping[str, Any]) -> SafeString:
    # A browser leaves out the first line break.
    return fill(
        '<textarea name="{}"{}>\n{}</textarea>',
        widget["name"],
        attributes(widget["attrs"]),
        widget["value"] or "",
    )


def draw_select(widget: Mapping[str, Any]) -> SafeString:
    groups = (
        fill('<optgroup label="{}">\n{}\n</optgroup>', name, draw_options(options))
        if name
        else draw_options(options)
        for name, options, _ in widget["optgroups"]
    )
    return fill(
        '<select name="{}"{}>\n{}\n</select>',
        widget["name"],
        attributes(widget["attrs"]),
        joined(groups, "\n"),
    )


def draw_options(options: list[Mapping[str, Any]]) -> SafeString:
    return joined(
        (
            fill(
                '<option value="{}"{}>{}</option>',
                option["value"],
                attributes(option["attrs"]),
                option["label"],
            )
            for option in options
        ),
        "\n",
    )


DRAWN = {
    **{f"django/forms/widgets/{name}.html": draw_input for name in INPUTS},
    "django/forms/widgets/textarea.html": draw_textarea,
    "django/forms/widgets/select.html": draw_select,
}
