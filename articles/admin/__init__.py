"""The Django admin: people, desks and sources; articles' details; imports; the logs to read.

What the desk's work rests on (texts, anchors, verdicts, transitions, history) is never edited here.
"""

from django.contrib import admin

from articles.admin import articles, imports, logs, people, sources

__all__ = ["articles", "imports", "logs", "people", "sources"]

admin.site.site_header = admin.site.site_title = "Factcheck admin"
admin.site.index_title = "People, desks, sources and logs"
