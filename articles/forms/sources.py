from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from articles.models import Source, User
from articles.models.source import SEE_PROTECTED

LONGEST_NAME = 300
MOST_ALIASES = 50


class LinesField(forms.Field):
    """A list of names, one a line; blank lines and repetitions are dropped."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        ProhibitNullCharactersValidator()(value)
        names: dict[str, str] = {}
        for line in (value or "").splitlines():
            if name := " ".join(line.split()):
                names.setdefault(name.casefold(), name)
        return list(names.values())


class SourceForm(forms.ModelForm):  # type: ignore[type-arg]  # no type argument at run time
    aliases = LinesField(
        required=False, help_text="Other names that articles use, one on each line."
    )
    homepage = forms.URLField(
        label="Home page", required=False, max_length=2000, assume_scheme="https"
    )

    class Meta:
        model = Source
        fields = ("name", "kind", "aliases", "homepage", "protected")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if not user.access().anywhere(SEE_PROTECTED):
            del self.fields["protected"]

    def clean_aliases(self) -> list[str]:
        aliases: list[str] = self.cleaned_data["aliases"]
        if len(aliases) > MOST_ALIASES:
            raise forms.ValidationError(
                f"These are {len(aliases)} aliases. A source has at most {MOST_ALIASES}."
            )
        for alias in aliases:
            if len(alias) > LONGEST_NAME:
                raise forms.ValidationError(
                    f"“{alias[:40]}…” has {len(alias)} characters. At most {LONGEST_NAME} fit."
                )
        return aliases

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        same_name = Exact(Lower("name"), Lower(Value(data.get("name", ""))))
        twins = Source.objects.named_to(self.user).filter(same_name, kind=data.get("kind", ""))
        if twins.exclude(pk=self.instance.pk).exists():
            self.add_error("name", "Another source of this kind has this name already.")
        return data
