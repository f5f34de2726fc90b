"""The studio's one family of errors.

A service raises them with a code and data; `message` is the sentence that page, API, CLI and log all show.
The table of sentences is the only place where the words stand, so they can be translated.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

MESSAGES: dict[str, str] = {
    "not_allowed": gettext_noop(
        "You may not do this here ({action}). Ask a producer of the production for the role."
    ),
    "not_found": gettext_noop("There is no such {what}, or you may not see it."),
    "not_signed_in": gettext_noop("Please sign in."),
    "invalid_input": gettext_noop("{field}: {reason}"),
    "already_there": gettext_noop("{what} “{key}” is already there."),
    "invalid_transition": gettext_noop("{what} is {state}; that does not allow “{wanted}”."),
    "approved_is_final": gettext_noop("An approved model sheet never changes. Start a new version instead."),
    "last_manager": gettext_noop(
        "{person} is the last one who can give roles here. Give somebody else that role first."
    ),
    "sheet_empty": gettext_noop("The sheet has no drawings yet. Add at least one approved drawing first."),
    "cut_dropped": gettext_noop(
        "Cut {cut} was dropped (欠番); it takes no new drawings. Reopen the cut first."
    ),
    "upload_empty": gettext_noop(
        "No drawing could be taken from this upload. The report says why for each file."
    ),
    "bad_picture": gettext_noop("{name} could not be taken. {reason}"),
    "bad_palette": gettext_noop("The palette {name} could not be read. {reason}"),
    "bad_file": gettext_noop("{name} was not taken. {reason}"),
    "upload_busy": gettext_noop("{name} is still being written by another connection. Try again shortly."),
    "upload_offset": gettext_noop(
        "{name} goes on at byte {offset}. Ask for the offset, then send from there."
    ),
    "upload_interrupted": gettext_noop(
        "The connection broke while {name} arrived. Send the rest; what came is kept."
    ),
    "upload_too_long": gettext_noop(
        "{name} has more than the {size_bytes} bytes that were announced. Announce it anew."
    ),
    "upload_incomplete": gettext_noop(
        "{count} files have not arrived completely. Send the rest, then submit."
    ),
    "disk_full": gettext_noop(
        "There is no room left for {need_mb} MB. Nothing was lost; free space, then go on."
    ),
    "bad_csv": gettext_noop("Line {line}: {reason}. Nothing was changed."),
    "tus_version": gettext_noop("Send the header Tus-Resumable: {wanted}; another version is not spoken."),
    "tus_content_type": gettext_noop("Send the bytes as {wanted}."),
    "tus_checksum": gettext_noop("The chunk arrived damaged and was not kept. Send it again."),
    "tus_checksum_algorithm": gettext_noop("This checksum is not known; use one of: {known}."),
    "reason_needed": gettext_noop("A retake needs a reason, so that the artist knows what to change."),
    "claimed_by_other": gettext_noop("{person} is looking at this flag. Take the next one."),
    "stale": gettext_noop("This was changed by {person} in the meantime. Reload to see the present state."),
    "check_outdated": gettext_noop(
        "The model sheet or the cast has changed since this check. See the flags of the new check."
    ),
    "no_authority": gettext_noop("Retakes and sign-offs of {stage} are for: {who}."),
    "signed_already": gettext_noop("{person} has signed {stage} off already."),
    "not_signed": gettext_noop("{stage} is not signed off, so there is nothing to take back."),
    "retake_is_open": gettext_noop(
        "{stage} is to be redone. Close or withdraw the retake, or set the stage to submitted; then sign."
    ),
    "take_overtaken": gettext_noop("{take} has come in the meantime. Look at it first."),
    "sheet_without_lines": gettext_noop("There is nothing to print: no retake is like that."),
    "sheet_too_long": gettext_noop(
        "{count} lines are more than a sheet holds ({most}). Narrow the list to an episode, a cut or an artist."
    ),
    "note_needed": gettext_noop("Say in the note what is to be redone: “other” alone helps nobody."),
    "paper_too_near": gettext_noop(
        "The papers of {one} and {other} look nearly the same. Take colours that can be told apart at a glance."
    ),
    "paper_too_pale": gettext_noop(
        "Lines on the paper of {one} could not be seen on a white drawing. Take a stronger colour."
    ),
    "paper_too_dark": gettext_noop(
        "Lines on the paper of {one} could not be told from those of the drawing. Take a brighter colour."
    ),
    "comment_not_yours": gettext_noop("Only these people can settle this comment: {who}."),
    "take_outdated": gettext_noop("A newer take of this stage is there. See its flags."),
    "blob_damaged": gettext_noop("A stored file is damaged ({sha256}). Restore it from the backup."),
    "lease_lost": gettext_noop("Another worker has taken over this job; the late result was refused."),
    "attempts_exhausted": gettext_noop(
        "Tried {attempts} times without success. See the log, then press retry."
    ),
    "compute_busy": gettext_noop("The device is busy. The job will be tried again."),
    "compute_failed": gettext_noop("The picture engine could not do this: {reason}"),
    "job_failed": gettext_noop("The job stopped: {reason}"),
    "draft_down": gettext_noop(
        "The preview cannot be drawn: its process ended. Try again, or draw in full size."
    ),
    "draft_slow": gettext_noop(
        "The preview took longer than {seconds} s and was stopped. Take a smaller preview, or draw in full size."
    ),
    "draft_busy": gettext_noop("Others are having previews drawn just now. Try again in a moment."),
    "draft_stale": gettext_noop("Something newer was asked for meanwhile."),
    "keys_differ": gettext_noop(
        "The two keys differ in size ({sizes}). Export both at the same size, or choose another key."
    ),
    "blob_missing": gettext_noop("A stored file is missing ({sha256}). Restore it from the backup."),
    "own_approval": gettext_noop("You made it or asked for it yourself; somebody else has to decide."),
    "licence_refused": gettext_noop("The licence does not allow this: {reason}"),
    "breakdown_needed": gettext_noop(
        "A breakdown drawing is needed at {numbers}. Draw it and upload it there, or accept the others without it."
    ),
    "nothing_drawn": gettext_noop("Nothing could be drawn: a breakdown drawing is needed at {numbers}."),
    "nothing_to_fill": gettext_noop(
        "No cell of {take} has a gap between two drawings that its timesheet names. Choose two keys and a chart instead."
    ),
    "engine_absent": gettext_noop("{engine} is not installed here. Choose another one of: {known}."),
    "style_unknown": gettext_noop(
        "Nobody has learned this hand for this production, so nobody was asked whether it may be drawn in. Learn it here "
        "first, or draw without it."
    ),
    "engine_unknown": gettext_noop(
        "{engine} is not in the register of models, so nothing is known of its licence. Let a producer enter it there."
    ),
}

# What an error's data holds as words of ours, not as somebody's data: looked up when the sentence is made.
WORDS_OF_ERRORS = ("what", "wanted", "reason", "field", "action", "state", "first")


class Phrase(str):
    """English words with values in them, for an error's data: read as text anywhere, translated in the sentence."""

    __slots__ = ("template", "values")
    template: str
    values: dict[str, Any]

    def translated(self) -> str:
        """Return the words in the language of the reader."""
        return _(self.template).format(**words_of(self.values))


def phrase(template: str, **values: Any) -> Phrase:
    """Return `template` with its values: `phrase("at most {limit} files at once", limit=…)`."""
    made = Phrase(template.format(**values))
    made.template, made.values = template, values
    return made


def words_of(data: dict[str, Any]) -> dict[str, Any]:
    """Return an error's data as its sentence takes it, in the language of the reader."""
    return {key: _in_words(value) if key in WORDS_OF_ERRORS else value for key, value in data.items()}


def _in_words(value: Any) -> Any:
    if isinstance(value, Phrase):
        return value.translated()
    return _(value) if isinstance(value, str) and value else value


class StudioError(Exception):
    """Base: a stable `code`, `data` for machines, `message` for people, `status` for HTTP."""

    status: ClassVar[int] = 400
    default_code: ClassVar[str] = "invalid_input"

    def __init__(self, code: str = "", **data: Any) -> None:
        self.code = code or self.default_code
        self.data = data
        super().__init__(self.code)

    @property
    def message(self) -> str:
        """The sentence for people, in the language of the reader."""
        template = _(MESSAGES.get(self.code, self.code))
        try:
            return template.format(**words_of(self.data))
        except (KeyError, IndexError):
            return template

    def __str__(self) -> str:
        return self.message


class NotAllowed(StudioError):
    """The actor's roles do not allow the action."""

    status = 403
    default_code = "not_allowed"


class NotFound(StudioError):
    """Not there, or not visible to the actor: the two must look the same."""

    status = 404
    default_code = "not_found"


class InvalidInput(StudioError):
    """A value that cannot be taken; data names the field and the reason."""

    default_code = "invalid_input"


class InvalidTransition(StudioError):
    """The thing's state does not allow the step."""

    status = 409
    default_code = "invalid_transition"


class DuplicateContent(StudioError):
    """A name or content that must be unique is already there."""

    status = 409
    default_code = "already_there"


class BadUpload(StudioError):
    """An upload of which nothing could be used; the report says why for each file."""

    status = 422
    default_code = "upload_empty"


class StaleInput(StudioError):
    """Somebody else was faster, or the lease of a job is lost."""

    status = 409
    default_code = "stale"


class LicenceRefused(StudioError):
    """Rights are missing or unknown. Unknown means no."""

    status = 403
    default_code = "licence_refused"


class ComputeBusy(StudioError):
    """The device has no room now; trying again may pass."""

    status = 503
    default_code = "compute_busy"


class ComputeFailed(StudioError):
    """The engine cannot do this with this input; trying again will not help."""

    status = 422
    default_code = "compute_failed"


class StorageFull(StudioError):
    """No room on the disk; nothing was lost."""

    status = 507
    default_code = "disk_full"
