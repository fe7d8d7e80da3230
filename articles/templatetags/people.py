from django import template

from articles.models import Source, User

register = template.Library()


@register.filter
def named_for(source: Source, user: User) -> str:
    """The source's name as this person may read it."""
    return source.label_for(user)
