"""Everything that intake can say about a file: a stable code, the data, one English sentence with a way out.

The page layer translates by code: it looks up ``TEMPLATES[code]`` in its catalogue and fills in ``data``.
A template states the reason first and then what the person can do about it.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["refused", "converted", "notice"]

TEMPLATES: dict[str, str] = {
    # Names
    "NAME_FITS_NO_RULE": (
        "No naming rule reads this name. Rename it like {example}, or add a naming rule to the production."
    ),
    "NAME_TOO_LONG": (
        "The path is {length} characters long, {limit} are taken. Shorten the folder or file name."
    ),
    "OTHER_CUT": (
        "The name says cut {found}, but this is a take of cut {expected}. Upload it to cut {found}, or "
        "rename it."
    ),
    "OTHER_EPISODE": (
        "The name says episode {found}, but this cut belongs to episode {expected}. Upload it there, or "
        "rename it."
    ),
    "OTHER_STAGE": (
        "The name says stage {found}, but this is a take of stage {expected}. Check that the right folder"
        " was chosen."
    ),
    "DUPLICATE_NUMBER": (
        "Cell {cell} already has drawing {number} in {first}. Remove or rename one of the two and upload "
        "again."
    ),
    "NUMBERING_GAP": (
        "Cell {cell} has no drawing {missing} (it has {count} up to {last}). Add what is missing, or go "
        "on if that is intended."
    ),
    "CASE_DIFFERS": (
        "Cell {cell} is spelled in several ways ({spellings}). They are read as one cell; use one spelling."
    ),
    "SYSTEM_FILES_IGNORED": (
        "{count} files that the computer made itself were left out ({examples}). Nothing to do."
    ),
    "EXTENSION_NOT_TAKEN": (
        "Files of type {extension} are not taken. Save the drawing as PNG, TGA, TIFF, JPEG, WebP or PSD, "
        "or the sequence as MP4 or MOV."
    ),
    "CUT_DROPPED": (
        "Cut {cut} was dropped from the episode, so it takes no deliveries. Ask the production assistant "
        "whether the cut is meant."
    ),
    # Naming rules
    "RULE_TOO_LONG": (
        "The pattern is {length} characters long, {limit} are taken. Split it into several rules."
    ),
    "RULE_NOT_A_PATTERN": "The pattern cannot be read: {reason}. Correct it and try it on the example.",
    "RULE_WITHOUT_NUMBER": (
        "The pattern has no group (?P<number>...). Name the part that holds the drawing number."
    ),
    "RULE_UNKNOWN_GROUP": "The pattern names the group {group}, which means nothing here. Use only {known}.",
    "RULE_TOO_SLOW": (
        "The pattern can match one name in too many ways and could block the upload. Replace * and + by "
        "counts such as {{1,8}}, and do not repeat a part that itself repeats."
    ),
    # Uploads and archives
    "EMPTY_FOLDER": "There are no files in this upload. Choose the folder that holds the drawings.",
    "EMPTY_FILE": "The file has no content. Export it again and upload it again.",
    "FILE_TOO_LARGE": (
        "The file has {size_bytes} bytes, {limit_bytes} are taken. Save it smaller or ask an "
        "administrator to raise the limit."
    ),
    "TOO_MANY_FILES": (
        "The upload has {count} files, {limit} are taken at once. Split it into several uploads."
    ),
    "UPLOAD_TOO_LARGE": (
        "The upload has more than {limit_bytes} bytes unpacked. Split it into several uploads."
    ),
    "DISK_FULL": (
        "The server has {free_bytes} bytes left and needs {needed_bytes}. Ask the administrator to make "
        "room; what was uploaded so far is kept."
    ),
    "PATH_UNSAFE": (
        "The name {name} points outside the upload. Pack the folder again with a usual zip program."
    ),
    "ZIP_DAMAGED": "The zip cannot be read ({reason}). Pack it again and upload it again.",
    "ZIP_ENTRY_DAMAGED": "This file inside the zip is damaged ({reason}). Pack it again and upload it again.",
    "ZIP_ENCRYPTED": "This file inside the zip is locked by a password. Pack it again without a password.",
    "ZIP_LINK": "This entry of the zip is a link or a device, not a file. Pack the file itself.",
    "ZIP_NESTED": "This is an archive inside the zip. Unpack it first, or upload it by itself.",
    "ZIP_BOMB": (
        "The file unpacks to {size_bytes} bytes from {packed_bytes}, which looks like an attack. Upload "
        "it without packing."
    ),
    "ZIP_DUPLICATE": "The zip holds this name twice. Only the first is taken; pack the folder again.",
    # Pictures
    "NOT_A_PICTURE": (
        "The content is no picture that is taken here{found}. Save it as PNG, TGA, TIFF, JPEG, WebP or PSD."
    ),
    "KIND_DIFFERS": (
        "The name says {extension}, the content is {kind}. It was read as {kind}; rename it to avoid "
        "confusion."
    ),
    "PICTURE_DAMAGED": (
        "The {kind} picture is cut off or damaged ({reason}). Export it again and upload it again."
    ),
    "TOO_MANY_PIXELS": (
        "The picture says it is {width} × {height}, that is more than {limit} pixels. Save it smaller."
    ),
    "SIDE_TOO_LONG": (
        "The picture says it is {width} × {height}; each side must be from 1 to {limit} pixels. Save it "
        "smaller."
    ),
    "DEPTH_CONVERTED": (
        "The picture had {bits} bits per channel and was converted to 8. Export in 8 bits to decide the "
        "colours yourself."
    ),
    "DEPTH_NOT_TAKEN": (
        "The picture has {bits} bits per channel, which cannot be shown faithfully. Export it in 8 bits."
    ),
    "PALETTE_CONVERTED": "The picture used a colour table and was converted to RGB. No colour was changed.",
    "CMYK_CONVERTED": (
        "The picture was in print colours (CMYK) and was converted to RGB. Colours may differ from its "
        "profile; export in RGB to be sure."
    ),
    "GREY_CONVERTED": "The picture was grey ({mode}) and was converted to RGB. No value was changed.",
    "BILEVEL_CONVERTED": "The picture had 1 bit per pixel and was converted to RGB. No value was changed.",
    "COLOUR_SPACE_NOT_TAKEN": "The picture is in {mode}, which is not taken. Save it in RGB, 8 bits.",
    "ROTATED": "The picture was marked as turned and was set upright. Export it upright to avoid the mark.",
    "COLOUR_PROFILE": (
        "The picture carries the colour profile {profile}. Its values are compared as they are; export in"
        " sRGB if colours look different."
    ),
    "ANIMATED_PICTURE": (
        "The file holds {count} pictures in motion. Upload them as one file each, or as MP4 or MOV."
    ),
    "SEVERAL_PAGES": (
        "The file holds {count} pages; only the first was read. Save each drawing in its own file."
    ),
    "ALPHA_UNUSED": (
        "The alpha channel is empty everywhere, so it was taken as unused. Save with alpha if the picture"
        " is meant to be invisible."
    ),
    # Layers and movies
    "LAYER_HIDDEN": "The layer {layer} is hidden and was left out. Show it and upload again if it is a cell.",
    "LAYER_EMPTY": (
        "The layer {layer} has no pixels and was left out. Nothing to do unless it should hold a drawing."
    ),
    "LAYER_NAME_REPEATED": (
        "The layer name {layer} is used {count} times. They became drawings 1 to {count} of one cell; "
        "rename them if they are cells of their own."
    ),
    "NO_VISIBLE_LAYER": "No visible layer with pixels was found. Show the cell layers and save again.",
    "NOT_A_MOVIE": (
        "The content is no MP4 or MOV that can be read ({reason}). Export it again, or upload single frames."
    ),
    "MOVIE_DAMAGED": (
        "The movie breaks off after {decoded} frames ({reason}). Export it again and upload it again."
    ),
    "MOVIE_TOO_LONG": "The movie has more than {limit} frames. Upload one cut at a time.",
    "PIXELS_NOT_SQUARE": (
        "The movie's pixels are not square ({ratio}). They are compared as stored; export with square pixels."
    ),
    # Timesheets
    "XDTS_NOT_ONE": "This is no XDTS timesheet: {reason}. Export the timesheet as XDTS again.",
    "XDTS_BROKEN": "The timesheet cannot be read at line {line}: {reason}. Export it again.",
    "XDTS_ODD_VALUE": (
        "The timesheet says {value} for {field}, which its format does not allow. It was kept as written."
    ),
    "XDTS_SEVERAL_SHEETS": "The file holds {count} timesheets; the first was read. Export one cut per file.",
    "XDTS_FRAME_OUTSIDE": (
        "Cell {cell} has an entry at frame {frame}, outside 1 to {duration}. It was left out."
    ),
    # Palettes
    "PALETTE_EMPTY": "The palette holds no colours. Export it again with the swatches selected.",
    "PALETTE_BROKEN_LINE": (
        "Line {line} cannot be read: {reason}. Correct that line and load the palette again."
    ),
    "PALETTE_BROKEN_AT": "The file breaks at byte {offset}: {reason}. Export the palette again.",
    "PALETTE_NO_COLUMN": (
        "The first line names no column for {column}. Name the columns part, tone, hex (or r, g, b), "
        "tolerance."
    ),
    "SWATCH_CONVERTED": (
        "The swatch {swatch} was in {model} and was converted to sRGB. Check its colour on the page."
    ),
    "SWATCH_REPEATED": "The swatch {swatch} is there twice; the first was kept. Remove one of the two.",
}


@dataclass(frozen=True)
class Problem:
    """One thing that intake has to say about a file, or about the whole upload (``path`` is empty)."""

    code: str
    path: str
    data: dict[str, Any] = field(default_factory=dict)
    severity: Severity = "refused"

    @property
    def message(self) -> str:
        """The English sentence: reason, then way out."""
        return TEMPLATES[self.code].format_map(self.data)

    def as_dict(self) -> dict[str, Any]:
        """Return what a report stores and an API answers."""
        return {
            "code": self.code,
            "path": self.path,
            "severity": self.severity,
            "message": self.message,
            "data": self.data,
        }


class Refused(Exception):
    """A file cannot be taken; ``problem`` says why and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def refused(code: str, path: str, **data: Any) -> Problem:
    """Return the problem of a file that is not taken."""
    return Problem(code, path, data, "refused")


def converted(code: str, path: str, **data: Any) -> Problem:
    """Return the problem of a file that is taken, but not as it was."""
    return Problem(code, path, data, "converted")


def notice(code: str, path: str, **data: Any) -> Problem:
    """Return a remark on a file that is taken as it is."""
    return Problem(code, path, data, "notice")
