"""What the forms that take in a text or file have in common."""

from typing import Any

from django import forms

from articles.extraction.limits import MAX_FILE
from articles.models import Desk

MEGABYTES = MAX_FILE // 1024 // 1024


def pasted_and_chosen(file_name: str) -> str:
    return (
        f"You pasted a text and chose “{file_name}”. Empty the text, then choose the file "
        "again; or send the text alone."
    )


class DeskForm(forms.Form):
    """For one of these desks; which one is asked only where there are several."""

    def __init__(self, *args: Any, desks: list[Desk], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.only_desk = desks[0] if len(desks) == 1 else None
        if not self.only_desk:
            choices = Desk.objects.filter(pk__in=[desk.pk for desk in desks])
            self.fields["desk"] = forms.ModelChoiceField(choices, empty_label=None)

    @property
    def desk_field(self) -> forms.BoundField | None:
        return self["desk"] if "desk" in self.fields else None

    @property
    def desk(self) -> Desk:
        return self.only_desk or self.cleaned_data["desk"]
