from django.urls import path

from articles.views import (
    annotate,
    article_add,
    changes,
    claims,
    evidence,
    health,
    rows,
    source_picker,
    verdicts,
)

urlpatterns = [
    path("articles/add/", article_add.article_add, name="article-add"),
    path("articles/<uuid:pk>/", annotate.article, name="article"),
    path("articles/<uuid:pk>/claims/", rows.rows, name="article-claims"),
    path("articles/<uuid:pk>/claims/mark/", claims.mark, name="claim-mark"),
    path("articles/<uuid:pk>/changes/", changes.changes, name="article-changes"),
    path("articles/<uuid:pk>/drafts/", annotate.draft, name="article-draft"),
    path("claims/<uuid:pk>/", claims.claim, name="claim"),
    path("claims/<uuid:pk>/edit/", claims.edit, name="claim-edit"),
    path("claims/<uuid:pk>/span/", claims.span, name="claim-span"),
    path("claims/<uuid:pk>/assign/", claims.assign, name="claim-assign"),
    path("claims/<uuid:pk>/move/", claims.move, name="claim-move"),
    path("claims/<uuid:pk>/withdraw/", claims.withdraw, name="claim-withdraw"),
    path("claims/<uuid:pk>/restore/", claims.restore, name="claim-restore"),
    path("claims/<uuid:pk>/evidence/", evidence.link, name="evidence-link"),
    path("claims/<uuid:pk>/verdicts/", verdicts.record, name="verdict-record"),
    path("evidence/<uuid:pk>/withdraw/", evidence.withdraw, name="evidence-withdraw"),
    path("evidence/<uuid:pk>/restore/", evidence.restore, name="evidence-restore"),
    path("sources/search/", source_picker.search, name="source-search"),
    path("healthz", health.healthz, name="healthz"),
]
