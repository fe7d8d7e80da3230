from django import template

register = template.Library()


@register.filter
def label_of(labels: dict[str, str], name: str) -> str:
    return labels[name]
