"""What is searched for in the archive, and where."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assets import access
from assets.forms import AccessibleForm
from assets.models import Character
from qa.found import Question
from qa.services.finding import MAX_TEXT
from studio.core.models import User

_MAX_KEY = 2**63 - 1


class FindForm(AccessibleForm):
    """A question to the archive. The hidden fields say what; the others where."""

    drawing = forms.IntegerField(required=False, min_value=0, max_value=_MAX_KEY, widget=forms.HiddenInput)
    sheet_drawing = forms.IntegerField(
        required=False, min_value=0, max_value=_MAX_KEY, widget=forms.HiddenInput
    )
    job = forms.UUIDField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(label=_("Words"), required=False, max_length=MAX_TEXT)
    production = forms.ChoiceField(label=_("Production"), required=False)
    character = forms.ChoiceField(label=_("Character"), required=False)
    approved = forms.BooleanField(label=_("approved only"), required=False)
    elsewhere = forms.BooleanField(label=_("other cuts only"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        productions = access.visible_productions(user).order_by("code")
        people = access.visible_characters(user).select_related("production").order_by("name", "pk")
        self.several = len(productions) > 1
        names = [(str(one.pk), self._name(one)) for one in people]
        self._choices(
            "production", [("", _("all productions")), *((one.code, str(one)) for one in productions)]
        )
        self._choices("character", [("", _("all characters")), *names])

    def _name(self, character: Character) -> str:
        return f"{character.name} · {character.production.code}" if self.several else character.name

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def question(self) -> Question:
        """The question of a valid form; what is not understood is not asked."""
        told = self.cleaned_data if self.is_bound and hasattr(self, "cleaned_data") else {}
        return Question(
            drawing=told.get("drawing") or 0,
            sheet_drawing=told.get("sheet_drawing") or 0,
            job=str(told.get("job") or ""),
            text=(told.get("text") or "").strip(),
            production=told.get("production") or "",
            character=int(told.get("character") or 0),
            approved=bool(told.get("approved")),
            elsewhere=bool(told.get("elsewhere")),
        )
