from django import template

from articles.models import User

register = template.Library()


@register.filter
def may(user: User, codename: str) -> bool:
    """Whether the person has the permission at any desk."""
    return user.access().anywhere(codename)
