"""Who reaches what is in the admin, and what may only be read."""

# Django's admin and model form classes cannot be subscripted at run time.
# mypy: disable-error-code="type-arg"

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

HTTPS: dict[Any, Any] = {models.URLField: {"assume_scheme": "https"}}


class AdminsOnly:
    """For admins of all desks: a staff member with fewer rights could take more with these."""

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return request.user.access().everywhere

    has_module_permission = has_view_permission
    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


class Log(AdminsOnly, admin.ModelAdmin):
    """Rows to read, not to change."""

    actions = None
    show_full_result_count = False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [field.name for field in self.opts.fields]

    get_readonly_fields = get_fields

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_add_permission = has_delete_permission = has_change_permission
