"""What list pages share: numbered pages, sorting by a whitelist, and a service's refusal shown in its form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.forms import BaseForm

from studio.core.errors import NotAllowed, NotFound, StudioError
from studio.core.pages import SignedInRequest

PER_PAGE = 100


def page_of(request: SignedInRequest, rows: QuerySet[Any] | list[Any], per_page: int = PER_PAGE) -> Page:
    """Return the page that `?page=` asks for; anything odd gives the nearest page there is."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))


def tried(form: BaseForm | None, call: Callable[[], Any]) -> bool:
    """Call a service; a refusal becomes an error of the form, at its field where the error names one.

    Raises:
        NotFound, NotAllowed: are no matter of input and become a page.
        StudioError: when there is no form to show it in.
    """
    try:
        call()
    except (NotFound, NotAllowed):
        raise
    except StudioError as error:
        if form is None:
            raise
        field = str(error.data.get("field", ""))
        if field in form.fields:
            form.add_error(field, str(error.data.get("reason", error.message)))
        else:
            form.add_error(None, error.message)
        return False
    return True
