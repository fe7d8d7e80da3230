from typing import Any

from django import forms
from django.db import IntegrityError, transaction

from articles.forms.claims import pick_from
from articles.models import Desk, SavedView, User
from articles.permissions import ASSIGN_CLAIM, desks_where


class SavedViewForm(forms.ModelForm):  # type: ignore[type-arg]  # no type argument at run time
    """A name for a claim list, and the desk it is shared with. Editors share."""

    class Meta:
        model = SavedView
        fields = ("name", "desk")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        field = self.fields["desk"]
        shareable = [desk.pk for desk in desks_where(user, ASSIGN_CLAIM)]
        pick_from(field, Desk.objects.filter(pk__in=shareable))
        if isinstance(field, forms.ModelChoiceField):
            field.label, field.empty_label = "Shared with", "Nobody"
            field.error_messages["invalid_choice"] = "You may not share views with this desk."

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        owner = self.instance.owner_id or self.user.pk
        others = SavedView.objects.standing().exclude(pk=self.instance.pk)
        if others.filter(owner=owner, name=name).exists():
            raise name_taken(name)
        return name

    def kept(self) -> bool:
        """Save the view of the valid form, unless its name was taken since it was checked."""
        try:
            with transaction.atomic():
                self.save()
        except IntegrityError:
            self.add_error("name", name_taken(self.instance.name))
        return self.is_valid()


def name_taken(name: str) -> forms.ValidationError:
    return forms.ValidationError(f"A view called “{name}” is there already.")
