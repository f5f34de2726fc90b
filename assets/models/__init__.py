"""Models of `assets`."""

from assets.models.character import Character, ColourModel, Design, ModelSheet, SheetDrawing, Swatch
from assets.models.cut import Casting, Cell, Cut, Drawing, StageState, Take, Timesheet
from assets.models.dataset import Dataset, Evidence
from assets.models.production import Episode, Membership, Production
from assets.models.upload import Upload, UploadFile

__all__ = [
    "Casting",
    "Cell",
    "Character",
    "ColourModel",
    "Cut",
    "Dataset",
    "Design",
    "Drawing",
    "Episode",
    "Evidence",
    "Membership",
    "ModelSheet",
    "Production",
    "SheetDrawing",
    "StageState",
    "Swatch",
    "Take",
    "Timesheet",
    "Upload",
    "UploadFile",
]
