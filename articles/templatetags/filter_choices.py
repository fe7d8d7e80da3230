from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

from articles.markup import fill, joined

register = template.Library()

CHOICE = (
    '<label class="choice" for="{id}"><input type="checkbox" name="{name}" value="{value}"'
    ' id="{id}"{checked}> {label}</label>'
)
BADGE = '<span class="badge {}-{}">{}</span>'


@register.simple_tag
def filter_choices(field: BoundField, look: str = "") -> SafeString:
    """The choices of a field of several, each with its box; as badges of that look, if any."""
    return joined(
        fill(
            CHOICE,
            id=option["attrs"]["id"],
            name=option["name"],
            value=option["value"],
            checked=SafeString(" checked" if option["selected"] else ""),
            label=fill(BADGE, look, option["value"], option["label"]) if look else option["label"],
        )
        for option in (widget.data for widget in field.subwidgets)
    )
