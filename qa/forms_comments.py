"""What people type into a comment, and where it is pinned."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assets.models import Drawing, Take
from qa.models import Comment
from qa.services.comments import Pin
from studio.core.models import User


class CommentForm(forms.Form):
    """A comment as a page sends it; `given` is what the service takes."""

    text = forms.CharField(label=_("comment"), max_length=4000, strip=True)
    drawing = forms.ModelChoiceField(Drawing.objects.none(), required=False)
    x = forms.FloatField(required=False, min_value=0, max_value=1e6)
    y = forms.FloatField(required=False, min_value=0, max_value=1e6)
    frame_from = forms.IntegerField(required=False, min_value=1, max_value=1_000_000)
    frame_to = forms.IntegerField(required=False, min_value=1, max_value=1_000_000)
    parent = forms.ModelChoiceField(Comment.objects.none(), required=False)
    mentions = forms.ModelMultipleChoiceField(User.objects.none(), required=False)

    def __init__(self, *args: Any, take: Take, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drawings = Drawing.objects.filter(cell__take=take).select_related("cell")
        people = User.objects.filter(memberships__production=take.cut.episode.production_id).distinct()
        choices: dict[str, QuerySet[Any]] = {
            "drawing": drawings,
            "parent": Comment.objects.filter(take=take).select_related("take"),
            "mentions": people,
        }
        for name, rows in choices.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    @property
    def given(self) -> dict[str, Any]:
        """What `comments.write` takes, of a valid form."""
        said = self.cleaned_data
        point = (said["x"], said["y"]) if said["x"] is not None and said["y"] is not None else None
        pin = Pin(said["drawing"], point, said["frame_from"], said["frame_to"])
        return {"text": said["text"], "pin": pin, "parent": said["parent"], "mentions": said["mentions"]}
