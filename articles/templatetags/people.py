from django import template

from articles.models import Source, User

register = template.Library()


@register.filter
def named_for(source: Source, user: User) -> str:
    """The source's name as this person may read it."""
    return source.label_for(user)


@register.filter
def initials(name: str) -> str:
    """The first letters of a name's first and last word."""
    words = name.split()
    return "".join(word[0] for word in dict.fromkeys((words[0], words[-1]))).upper()
