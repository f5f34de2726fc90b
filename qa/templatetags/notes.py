"""Words of comments as pages show them: plain text, in which links and mentioned people can be told apart."""

from __future__ import annotations

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from qa.models import Comment

register = template.Library()
_PIECE = re.compile(r"(https?://[^\s<>\"'「」（）。、]+)|(?<![\w@.])@([\w.+-]{1,150})")
_AFTER_LINK = ".,;:!?)]}"  # what ends the sentence, not the address


@register.filter
def said(comment: Comment) -> SafeString:
    """Return a comment's text: everything escaped, addresses as links, the login of who is mentioned as their name."""
    names = {person.username: str(person) for person in comment.mentions.all()}
    parts: list[SafeString | str] = []
    end = 0
    for found in _PIECE.finditer(comment.text):
        parts.append(comment.text[end : found.start()])
        parts += _piece(found, names)
        end = found.end()
    parts.append(comment.text[end:])
    return format_html_join("", "{}", ((part,) for part in parts))


def _piece(found: re.Match[str], names: dict[str, str]) -> list[SafeString | str]:
    address, login = found.groups()
    if address:
        bare = address.rstrip(_AFTER_LINK)
        link = format_html('<a href="{0}" rel="noopener noreferrer nofollow" target="_blank">{0}</a>', bare)
        return [link, address[len(bare) :]]
    known = login.rstrip(".")
    if known not in names:
        return [found.group()]
    return [format_html('<span class="mention">@{}</span>', names[known]), login[len(known) :]]
