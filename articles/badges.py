"""The badges of statuses and ratings in the rows of tables and lists."""

from articles.markup import fill
from articles.models import Rating, Status

BADGE = '<span class="badge {}-{}">{}</span>'
STATUSES = {value: fill(BADGE, "status", value, label) for value, label in Status.choices}
RATINGS = {value: fill(BADGE, "rating", value, label) for value, label in Rating.choices}
