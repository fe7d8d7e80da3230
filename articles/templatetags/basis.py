from typing import Any

from django import template
from django.template.defaultfilters import pluralize

register = template.Library()


@register.filter
def basis(evidence: list[dict[str, Any]]) -> str:
    """What a verdict was based on, counted: “2 sources, 1 earlier claim”; or why on nothing."""
    if reason := next((item["none"] for item in evidence if "none" in item), ""):
        return f"without evidence: “{reason}”"
    cited = sum("cites" in item for item in evidence)
    sources = len(evidence) - cited
    counted = f"{sources} source{pluralize(sources)}"
    return f"{counted}, {cited} earlier claim{pluralize(cited)}" if cited else counted
