"""The flags that somebody chose in a list, as its form sends them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assets.models import Production
from qa import selectors
from qa.models import Flag
from studio.core.errors import InvalidInput
from studio.core.pages import SignedInRequest

MOST_AT_ONCE = 500


def chosen_flags(request: SignedInRequest, production: Production) -> list[Flag]:
    """Return the chosen flags of the production in their order; those that are not the reader's are left out.

    Raises:
        InvalidInput: none, too many, or something that is no id.
    """
    wanted = request.POST.getlist("flags")
    if not wanted or len(wanted) > MOST_AT_ONCE or not all(each.isdecimal() for each in wanted):
        raise InvalidInput(field="flags", reason=_("choose between 1 and %d flags") % MOST_AT_ONCE)
    visible = selectors.visible_flags(request.user)
    mine = visible.filter(pk__in=wanted, drawing__cell__take__cut__episode__production=production)
    found = {str(flag.pk): flag for flag in mine}
    return [found[pk] for pk in dict.fromkeys(wanted) if pk in found]
