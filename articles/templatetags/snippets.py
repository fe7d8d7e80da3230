from django import template

from articles.snippets import has_hit, highlighted

register = template.Library()
register.filter(has_hit)
register.filter(highlighted)
