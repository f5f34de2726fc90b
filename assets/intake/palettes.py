"""Colour models as files: swatches out of CSV, ASE and GPL palettes, and back into CSV and GPL.

A swatch is a part (hair, skin) in a tone. Palettes without such columns name their colours freely, so part and tone
are read from words at the end of the name.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assets.csv_guard import guard
from assets.intake.ase import MAGIC as ASE_MAGIC
from assets.intake.ase import read_ase
from assets.intake.naming_rules import plain_path
from assets.intake.problems import Problem, Refused, converted, notice, refused

TONES = ("normal", "shadow", "shadow2", "highlight", "line")

_TONE_WORDS: dict[str, str] = {
    **dict.fromkeys(("normal", "base", "n", "ノーマル", "通常", "基本"), "normal"),
    **dict.fromkeys(("shadow", "shade", "shadow1", "sh", "影", "1号影", "一号影", "1影"), "shadow"),
    **dict.fromkeys(("shadow2", "shade2", "2号影", "二号影", "2影"), "shadow2"),
    **dict.fromkeys(("highlight", "hilight", "hi", "hl", "light", "ハイライト", "ハイ"), "highlight"),
    **dict.fromkeys(("line", "outline", "線", "実線", "主線", "色トレス", "トレス線"), "line"),
}
_COLUMN_WORDS: dict[str, str] = {
    **dict.fromkeys(("part", "name", "swatch", "部位", "パーツ", "名前", "名称"), "part"),
    **dict.fromkeys(("tone", "トーン", "影", "階調"), "tone"),
    **dict.fromkeys(("hex", "colour", "color", "rgb", "色", "カラー", "色コード"), "hex"),
    **dict.fromkeys(("r", "red", "赤"), "r"),
    **dict.fromkeys(("g", "green", "緑"), "g"),
    **dict.fromkeys(("b", "blue", "青"), "b"),
    **dict.fromkeys(("tolerance", "tolerance_de", "de", "δe", "許容", "許容差"), "tolerance"),
}
_GPL_LINE = re.compile(r"\s*(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})(?:\s+(.*))?")
_MAX_SWATCHES = 5_000


@dataclass(frozen=True)
class SwatchRow:
    """One colour of a palette: sRGB 0 to 255; ``tolerance`` is ΔE00, None where the palette says none."""

    part: str
    tone: str
    rgb: tuple[int, int, int]
    tolerance: float | None = None

    @property
    def hex(self) -> str:
        """The colour as ``#rrggbb``."""
        return "#{:02x}{:02x}{:02x}".format(*self.rgb)


@dataclass(frozen=True)
class Palette:
    """The swatches of a file in its order, and what had to be said about it."""

    swatches: tuple[SwatchRow, ...]
    problems: tuple[Problem, ...] = ()


def read_palette(data: bytes, path: str) -> Palette:
    """Read a palette; its kind comes from the content.

    Raises:
        Refused: with the line or the offset where it breaks.
    """
    problems: list[Problem] = []
    if data.startswith(ASE_MAGIC):
        rows = _from_ase(data, path, problems)
    else:
        text = _text(data, path)
        is_gpl = text.lstrip().startswith("GIMP Palette")
        rows = _from_gpl(text, path) if is_gpl else _from_csv(text, path)
    if not rows:
        raise Refused(refused("PALETTE_EMPTY", path))
    return Palette(_without_repeats(rows, path, problems), tuple(problems))


def part_and_tone(name: str) -> tuple[str, str]:
    """Split a free name into part and tone: ``hair shadow`` and ``髪_1号影`` name a tone, ``hair`` is normal."""
    text = plain_path(name).replace("/", " ").strip()
    match = re.fullmatch(r"(.*?)[\s_\-:・()（）]+([^\s_\-:・()（）]+?(?:[\s_]?[12])?)[)）]?", text)
    if match and (tone := _TONE_WORDS.get(re.sub(r"[\s_]", "", match[2]).lower())):
        return match[1].strip() or text, tone
    for word in sorted(_TONE_WORDS, key=len, reverse=True):
        # Japanese needs no space between part and tone.
        if not word.isascii() and text.endswith(word) and len(text) > len(word):
            return text.removesuffix(word).strip(" _-・"), _TONE_WORDS[word]
    return text, "normal"


def write_csv(swatches: Iterable[SwatchRow]) -> bytes:
    """Return a CSV that Excel opens with Japanese text right and nothing run as a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(["part", "tone", "hex", "tolerance"])
    for row in swatches:
        tolerance = "" if row.tolerance is None else f"{row.tolerance:g}"
        writer.writerow([guard(row.part), guard(row.tone), row.hex, tolerance])
    return buffer.getvalue().encode("utf-8-sig")


def write_gpl(swatches: Iterable[SwatchRow], title: str) -> bytes:
    """Return a GIMP palette (Krita, Inkscape and Aseprite read it too)."""
    lines = ["GIMP Palette", f"Name: {_one_line(title)}", "Columns: 4", "#"]
    for row in swatches:
        red, green, blue = row.rgb
        lines.append(f"{red:3d} {green:3d} {blue:3d}\t{_one_line(row.part)} {_one_line(row.tone)}")
    return ("\n".join(lines) + "\n").encode()


def _text(data: bytes, path: str) -> str:
    if b"\x00" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused(
            refused("PALETTE_BROKEN_AT", path, offset=data.index(b"\x00"), reason="it is no palette")
        )
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp932")
    offset = 0
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            offset = error.start
    raise Refused(refused("PALETTE_BROKEN_AT", path, offset=offset, reason="the text cannot be decoded"))


def _from_ase(data: bytes, path: str, problems: list[Problem]) -> list[SwatchRow]:
    rows: list[SwatchRow] = []
    for colour in read_ase(data, path):
        name = colour.name or colour.group or "colour"
        part, tone = part_and_tone(name)
        if colour.group and part == name and name.lower() in _TONE_WORDS:
            part, tone = colour.group, _TONE_WORDS[name.lower()]
        if colour.model != "RGB":
            problems.append(converted("SWATCH_CONVERTED", path, swatch=name, model=colour.model))
        rows.append(SwatchRow(part, tone, colour.rgb))
    return rows


def _from_gpl(text: str, path: str) -> list[SwatchRow]:
    rows: list[SwatchRow] = []
    for line_no, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        is_header = line_no == 1 or stripped.startswith(
            ("#", "Name:", "Columns:", "GIMP Palette", "Channels:")
        )
        if not stripped or is_header:
            continue
        match = _GPL_LINE.fullmatch(line)
        if match is None:
            raise _broken_line(path, line_no, "three numbers and a name were expected")
        part, tone = part_and_tone(match[4] or f"colour {len(rows) + 1}")
        rows.append(SwatchRow(part, tone, _rgb(match.groups()[:3], path, line_no)))
    return rows


def _from_csv(text: str, path: str) -> list[SwatchRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    rows: list[SwatchRow] = []
    try:
        columns = _columns(next(reader, []), path)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) >= _MAX_SWATCHES:
                raise _broken_line(path, reader.line_num, "there are more swatches than are taken")
            rows.append(_csv_row(cells, columns, path, reader.line_num))
    except csv.Error as error:
        raise _broken_line(path, reader.line_num, str(error)) from error
    return rows


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return max(",;\t", key=head.count)


def _columns(header: Sequence[str], path: str) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, title in enumerate(header):
        known = _COLUMN_WORDS.get(plain_path(title).strip().lower())
        if known:
            columns.setdefault(known, index)
    if "part" not in columns:
        raise Refused(refused("PALETTE_NO_COLUMN", path, column="part"))
    if "hex" not in columns and not {"r", "g", "b"} <= columns.keys():
        raise Refused(refused("PALETTE_NO_COLUMN", path, column="hex"))
    return columns


def _csv_row(cells: Sequence[str], columns: dict[str, int], path: str, line_no: int) -> SwatchRow:
    def cell(name: str) -> str:
        index = columns.get(name, -1)
        return cells[index].strip() if 0 <= index < len(cells) else ""

    part = cell("part").removeprefix("'")
    if not part:
        raise _broken_line(path, line_no, "the part has no name")
    tone_text = plain_path(cell("tone").removeprefix("'"))
    tone = _TONE_WORDS.get(re.sub(r"[\s_]", "", tone_text).lower(), tone_text.lower())
    if "tone" not in columns:
        part, tone = part_and_tone(part)
    elif not tone:
        tone = "normal"
    rgb = _hex(cell("hex"), path, line_no) if cell("hex") or "r" not in columns else None
    rgb = rgb or _rgb([cell(name) for name in "rgb"], path, line_no)
    return SwatchRow(part, tone, rgb, _tolerance(cell("tolerance"), path, line_no))


def _hex(text: str, path: str, line_no: int) -> tuple[int, int, int]:
    digits = plain_path(text).removeprefix("#").removeprefix("0x")
    if re.fullmatch(r"[0-9a-fA-F]{3}", digits):
        digits = "".join(2 * digit for digit in digits)
    if not re.fullmatch(r"[0-9a-fA-F]{6}", digits):
        raise _broken_line(path, line_no, "the colour is not written like #a0b1c2")
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def _rgb(texts: Sequence[str], path: str, line_no: int) -> tuple[int, int, int]:
    values = [int(text) if re.fullmatch(r"[0-9]{1,3}", plain_path(text)) else -1 for text in texts]
    if any(not 0 <= value <= 255 for value in values):
        raise _broken_line(path, line_no, "red, green and blue must be numbers from 0 to 255")
    return values[0], values[1], values[2]


def _tolerance(text: str, path: str, line_no: int) -> float | None:
    if not text:
        return None
    # 100 is black against white: a larger tolerance is a slip of the pen.
    if not re.fullmatch(r"[0-9]{1,3}(?:[.,][0-9]{1,4})?", text) or float(text.replace(",", ".")) > 100:
        raise _broken_line(path, line_no, "the tolerance is no number from 0 to 100")
    return float(text.replace(",", "."))


def _without_repeats(rows: Iterable[SwatchRow], path: str, problems: list[Problem]) -> tuple[SwatchRow, ...]:
    kept: dict[tuple[str, str], SwatchRow] = {}
    for row in rows:
        first = kept.setdefault((row.part, row.tone), row)
        if first is not row:
            problems.append(notice("SWATCH_REPEATED", path, swatch=f"{row.part} {row.tone}"))
    return tuple(kept.values())


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _broken_line(path: str, line_no: int, reason: str) -> Refused:
    return Refused(refused("PALETTE_BROKEN_LINE", path, line=line_no, reason=reason))
