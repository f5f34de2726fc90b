"""Choices of the licence engine: whose art, by what right, for what, and what may follow from a withdrawal."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SourceKind(models.TextChoices):
    """How a body of art came to the studio."""

    COMMISSION = "commission", _("drawn for us")
    PURCHASED = "purchased", _("bought or licensed set")
    OPEN = "open", _("open set")
    CRAWL = "crawl", _("collected from the web")
    UPLOAD = "upload", _("sent in by users")
    SYNTHETIC = "synthetic", _("made by a program or a model")


class HolderKind(models.TextChoices):
    """Who holds rights."""

    PERSON = "person", _("person")
    COMPANY = "company", _("company")
    COMMITTEE = "committee", _("production committee")
    UNION = "union", _("union or agency")


class HolderRole(models.TextChoices):
    """In what role somebody holds rights in a drawing."""

    OWNER = "owner", _("owner of the copyright")
    AUTHOR = "author", _("author (moral rights)")
    PERFORMER = "performer", _("performer")
    PUBLISHER = "publisher", _("publisher")


class LegalBasis(models.TextChoices):
    """Why the studio may do it at all."""

    OWNED = "owned", _("owned")
    WORK_FOR_HIRE = "work_for_hire", _("work made for hire")
    ASSIGNMENT = "assignment", _("assignment")
    LICENCE = "licence", _("licence")
    CONSENT = "consent", _("consent")
    PUBLIC_DOMAIN = "public_domain", _("public domain")
    JP_30_4 = "exception:JP-30-4", _("exception: Japan, article 30-4")
    EU_DSM_3 = "exception:EU-DSM-3", _("exception: EU, DSM article 3")
    EU_DSM_4 = "exception:EU-DSM-4", _("exception: EU, DSM article 4")
    US_FAIR_USE = "exception:US-fair-use", _("exception: USA, fair use")


class Scope(models.TextChoices):
    """What a grant may allow."""

    ANALYSE = "analyse", _("analyse and compare (quality checks)")
    REFERENCE = "reference", _("use as reference")
    EVALUATE = "evaluate", _("measure models with it")
    TRAIN = "train", _("train models")
    FINETUNE = "finetune", _("fine-tune models")
    IMITATE = "imitate", _("imitate the style")
    GENERATE = "generate", _("generate into deliverables")
    REDISTRIBUTE_DATA = "redistribute_data", _("pass the art on")
    REDISTRIBUTE_WEIGHTS = "redistribute_weights", _("pass trained models on")


class SubjectKind(models.TextChoices):
    """What a grant speaks of."""

    ITEMS = "items", _("these works, listed one by one")
    DATASET = "dataset", _("a whole dataset")
    PRODUCTION = "production", _("everything drawn for a production")
    HOLDER = "holder", _("all works of the grantor")


class OnRevoke(models.TextChoices):
    """What the contract obliges to when a grant is withdrawn; each includes those before it."""

    STOP_TRAINING = "stop_training", _("no new training")
    STOP_GENERATION = "stop_generation", _("no new training and no further use of trained models")
    RETRAIN = "retrain", _("models must be trained again without these works")
    WITHDRAW_OUTPUTS = "withdraw_outputs", _("what such models drew must be withdrawn")


class Compensation(models.TextChoices):
    """How a grantor is paid."""

    NONE = "none", _("none agreed")
    FLAT = "flat", _("once")
    PER_WORK = "per_work", _("per work")
    PER_RUN = "per_run", _("per training run")
    SHARE = "share", _("share of revenue")


class EvidenceKind(models.TextChoices):
    """What a file proves a right by."""

    CONTRACT = "contract", _("contract")
    FORM = "form", _("consent form")
    MAIL = "mail", _("e-mail")
    CAPTURE = "capture", _("capture of a web page")
    LICENCE_TEXT = "licence_text", _("licence text")
    INVOICE = "invoice", _("invoice or receipt")
    MANIFEST = "manifest", _("C2PA manifest")
    OTHER = "other", _("other")


class ItemKind(models.TextChoices):
    """What a work is."""

    KEY = "key", _("key drawing (原画)")
    INBETWEEN = "inbetween", _("in-between (動画)")
    CLEANUP_PAIR = "cleanup_pair", _("rough and clean pair")
    SHEET = "sheet", _("model sheet")
    BACKGROUND = "background", _("background")
    FRAME = "frame", _("finished frame")
    VOICE = "voice", _("voice")
    OTHER = "other", _("other")


class Split(models.TextChoices):
    """What part an item plays in a dataset version."""

    TRAIN = "train", _("training")
    EVAL = "eval", _("evaluation")
    REFERENCE = "reference", _("reference only")


class Confidentiality(models.TextChoices):
    """How closely a set is kept (SPDX 3 names)."""

    RED = "red", _("red: for named people only")
    AMBER = "amber", _("amber: inside the studio")
    GREEN = "green", _("green: for partners")
    CLEAR = "clear", _("clear: public")


class VersionState(models.TextChoices):
    """Where a version of a dataset stands."""

    DRAFT = "draft", _("draft")
    FROZEN = "frozen", _("frozen")
    APPROVED = "approved", _("approved")
    BLOCKED = "blocked", _("blocked")
    RETIRED = "retired", _("retired")


class ModelFamily(models.TextChoices):
    """What a model does; also the purposes that a grant may be limited to."""

    DRIFT = "drift", _("drift check")
    EMBED = "embed", _("search and comparison")
    INBETWEEN = "inbetween", _("in-betweens")
    CLEANUP = "cleanup", _("clean-up")
    PAINT = "paint", _("paint check")
    OTHER = "other", _("other")


class Origin(models.TextChoices):
    """Where a model comes from."""

    SHIPPED = "shipped", _("shipped with Sakkan")
    STUDIO = "studio", _("trained in the studio")
    THIRD_PARTY = "third_party", _("from outside")


class Disclosure(models.TextChoices):
    """What is known of the art that a model learned from."""

    FULL = "full", _("every work is known")
    SUMMARY = "summary", _("a summary is known")
    NONE = "none", _("nothing is known")


class ParentKind(models.TextChoices):
    """How a model comes from another one."""

    INIT = "init", _("started from its weights")
    FINETUNE = "finetune", _("fine-tuned from it")
    DISTIL = "distil", _("learned from its answers")
    MERGE = "merge", _("merged from it")
    LORA = "lora", _("small weights on top of it")


class Influence(models.TextChoices):
    """What a model's work does to a picture. Only `pixel` reaches what is delivered."""

    PIXEL = "pixel", _("draws pixels")
    EVALUATIVE = "evaluative", _("only judges")
    REFERENCE = "reference", _("only shown beside")


class Severity(models.TextChoices):
    """How grave a finding is."""

    BLOCK = "block", _("blocks the work")
    ERROR = "error", _("blocks the delivery")
    WARN = "warn", _("warning")
    INFO = "info", _("for information")


class WaiverReason(models.TextChoices):
    """Why a finding may stand for a while."""

    GRANT_BEING_RENEWED = "grant_being_renewed", _("the grant is being renewed")
    LICENCE_ACQUIRED = "licence_acquired", _("a licence was acquired; the papers follow")
    REPLACED_NEXT = "replaced_next", _("replaced in the next version")
    NOT_IN_DELIVERABLE = "not_in_deliverable", _("not part of what is delivered")
    COUNSEL_ACCEPTED = "counsel_accepted", _("counsel accepts the risk")


class ApprovalSubject(models.TextChoices):
    """What somebody approves."""

    VERSION = "version", _("a dataset version")
    MODEL = "model", _("a model for a production")
    DELIVERY = "delivery", _("a use in the delivery, by the distributor")


class TaskKind(models.TextChoices):
    """What must happen after a withdrawal."""

    BLOCK_VERSION = "block_version", _("block the dataset version")
    BLOCK_MODEL = "block_model", _("block the model")
    REMOVE_VECTORS = "remove_vectors", _("remove the vectors from search and comparison")
    RETRAIN = "retrain", _("train again without these works")
    WITHDRAW_OUTPUT = "withdraw_output", _("withdraw what the model drew")
    TELL = "tell", _("tell the production")


class TaskState(models.TextChoices):
    """Where such a task stands."""

    OPEN = "open", _("open")
    DONE = "done", _("done")
