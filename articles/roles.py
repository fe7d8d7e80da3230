"""The groups that carry the roles, and what each may do from the start."""

from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.management import create_permissions

REVIEWING = (
    "view_article",
    "add_article",
    "view_claim",
    "review_claim",
    "view_source",
    "add_source",
    "view_document",
    "add_document",
    "view_verdict",
    "add_verdict",
)
EDITING = (
    "change_article",
    "change_source",
    "assign_claim",
    "decide_claim",
    "publish_claim",
    "see_protected_source",
)
ROLES = {"reviewer": REVIEWING, "editor": REVIEWING + EDITING}


def make_groups(sender: AppConfig, **kwargs: Any) -> None:
    """After a migration: make the role groups that are missing, and let admins do what is new.

    A reviewer or editor group that is there keeps the permissions an admin has given it.
    """
    create_permissions(sender, verbosity=0)
    group_model = apps.get_model("auth", "Group")
    permissions = apps.get_model("auth", "Permission").objects
    ours = permissions.filter(content_type__app_label=sender.label)
    for name, codenames in ROLES.items():
        group, made = group_model.objects.get_or_create(name=name)
        if made:
            group.permissions.set(ours.filter(codename__in=codenames))
    admin, _ = group_model.objects.get_or_create(name="admin")
    admin.permissions.set(permissions.all())
