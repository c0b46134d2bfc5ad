"""What may hold for a person, and what they said of it."""

from enum import StrEnum


class Situation(StrEnum):
    """Something that makes steps more or less fitting."""

    WATCHED = "watched"
    CLOSE_BY = "close_by"
    THREATENED = "threatened"
    SHARED = "shared"
    LOST_DEVICE = "lost_device"
    HIDDEN_CAMERA = "hidden_camera"
    POLICE = "police"
    HELPING = "helping"
    #: Asked elsewhere, before anything else; never by the questionnaire.
    UNDER_18 = "under_18"


class Answer(StrEnum):
    """What somebody answered. Not answering is always allowed, and is no answer at all."""

    YES = "yes"
    NO = "no"
    NOT_SURE = "not_sure"
