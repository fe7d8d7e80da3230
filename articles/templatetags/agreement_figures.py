from django import template

register = template.Library()


@register.filter
def figure(value: float | None) -> str:
    """Two places, with a real minus sign; a dash where there is no figure."""
    return "–" if value is None else f"{value:.2f}".replace("-", "−")


@register.filter
def share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"
