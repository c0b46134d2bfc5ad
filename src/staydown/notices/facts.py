"""The small set of facts that routes and letters are made from. Only where it is, is needed."""

from dataclasses import dataclass, field

from staydown.base.incident import DistributionMode, IdentifyingDetail
from staydown.base.vocabulary import Under18
from staydown.notices.vocabulary import Stage, Standing, TakenBy


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one place where a picture is, or is threatened to be.

    ``None`` means "not said", which is always allowed. Countries are codes of the directory's
    jurisdictions or any ISO 3166 code ("US", "US-CA", "NL").
    """

    where: DistributionMode
    #: The directory's id of the place ("facebook"), when it is known there.
    place: str | None = None
    #: The host name of the site ("example.org"), when it isn't.
    site: str | None = field(default=None, repr=False)
    person_country: str | None = None
    place_country: str | None = None
    uploader_country: str | None = None
    standing: Standing | None = None
    taken_by: TakenBy | None = None
    #: Whether software made or changed it.
    synthetic: bool | None = None
    stage: Stage | None = None
    #: Whether anyone in it was under 18 at the time.
    under18: Under18 | None = None
    #: Whether a search for the person's name finds it.
    found_by_name: bool | None = None
    #: What stands beside the picture that says who it is.
    beside: frozenset[IdentifyingDetail] = frozenset()
    #: Whether there is a reference of the police.
    police_reference: bool | None = None
    #: Whether the picture shows or implies intimacy between people of one sex. Never asked for;
    #: it raises the risks of a few countries, which are shown anyway while it is not said.
    same_sex: bool | None = None
    #: Whether the place was written to before and did nothing.
    reported_before: bool | None = None
