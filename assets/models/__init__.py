"""Models of `assets`."""

from assets.models.character import Character, ColourModel, Design, ModelSheet, SheetDrawing, Swatch
from assets.models.cut import Casting, Cell, Cut, Drawing, SignOff, StageState, Take, Timesheet
from assets.models.dataset import Dataset, Evidence
from assets.models.notice import Notice, NoticeChoice, Webhook, WebhookDelivery
from assets.models.production import Episode, Membership, Production
from assets.models.rush import GuestLink, Playlist, PlaylistItem
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
    "GuestLink",
    "Membership",
    "ModelSheet",
    "Notice",
    "NoticeChoice",
    "Playlist",
    "PlaylistItem",
    "Production",
    "SheetDrawing",
    "SignOff",
    "StageState",
    "Swatch",
    "Take",
    "Timesheet",
    "Upload",
    "UploadFile",
    "Webhook",
    "WebhookDelivery",
]
