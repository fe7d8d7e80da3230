from django.apps import AppConfig
from django.db.models.signals import post_migrate

from articles.roles import make_groups


class ArticlesConfig(AppConfig):
    name = "articles"

    def ready(self) -> None:
        post_migrate.connect(make_groups, sender=self)
