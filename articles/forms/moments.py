from datetime import UTC, datetime
from typing import Any

from django import forms


class MomentField(forms.DateTimeField):
    """In UTC: PostgreSQL does not take every offset that Python does."""

    def to_python(self, value: Any) -> datetime | None:
        found = super().to_python(value)
        try:
            return found and found.astimezone(UTC)
        except OverflowError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
