"""The exchange and its credentials. Everything but the judging of withdrawals is inherited."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar, Protocol

from threatexchange.cli.exceptions import CommandError
from threatexchange.exchanges.clients.stopncii import api
from threatexchange.exchanges.collab_config import CollaborationConfigBase
from threatexchange.exchanges.fetch_state import FetchDelta, SignalOpinion, SignalOpinionCategory
from threatexchange.exchanges.impl.stop_ncii_api import (
    StopNCIICheckpoint,
    StopNCIICredentials,
    StopNCIISignalExchangeAPI,
    StopNCIISignalMetadata,
)
from threatexchange.signal_type.md5 import VideoMD5Signal
from threatexchange.signal_type.pdq.signal import PdqSignal
from threatexchange.signal_type.raw_text import RawTextSignal
from threatexchange.signal_type.signal_base import SignalType
from threatexchange.signal_type.url import URLSignal

_TYPES = {
    api.StopNCIISignalType.ImagePDQ: PdqSignal.get_name(),
    api.StopNCIISignalType.VideoMD5: VideoMD5Signal.get_name(),
    api.StopNCIISignalType.URL: URLSignal.get_name(),
    api.StopNCIISignalType.Text: RawTextSignal.get_name(),
}

#: What each opinion is called on the wire.
_SAID = {
    SignalOpinionCategory.POSITIVE_CLASS: api.StopNCIICSPFeedbackValue.Blocked,
    SignalOpinionCategory.NEGATIVE_CLASS: api.StopNCIICSPFeedbackValue.NotBlocked,
    SignalOpinionCategory.INVESTIGATION_SEED: api.StopNCIICSPFeedbackValue.PendingReview,
}

_UNREACHED = "the bank could not be reached: try again later"

#: Of a reason that a bank gives.
_LONGEST = 500

_GONE = (api.StopNCIICaseStatus.Withdrawn, api.StopNCIICaseStatus.Deleted)

Delta = FetchDelta[tuple[str, str], StopNCIISignalMetadata, StopNCIICheckpoint]


@dataclass
class StaydownBankCredentials(StopNCIICredentials):
    """``function_key,subscription_key,base_url``: the address, ending in ``/v1``, is needed.

    Without one the keys of this bank would be sent to StopNCII.
    """

    ENV_VARIABLE: ClassVar[str] = "TX_STAYDOWN_KEYS"
    FILE_NAME: ClassVar[str] = "~/.tx_staydown_keys"

    def _are_valid(self) -> bool:
        return bool(self.fetch_function_key and self.subscription_key and self.base_url_override)


class StaydownBankSignalExchangeAPI(StopNCIISignalExchangeAPI):
    """A bank that speaks StopNCII v1, with withdrawals that take effect."""

    @classmethod
    def get_name(cls) -> str:
        """The name that collaborations are configured with."""
        return "staydown_bank"

    @staticmethod
    def get_credential_cls() -> type[StaydownBankCredentials]:
        """The credentials of a bank, apart from those of StopNCII."""
        return StaydownBankCredentials

    @classmethod
    def for_collab(
        cls, collab: CollaborationConfigBase, credentials: StopNCIICredentials | None = None
    ) -> "StaydownBankSignalExchangeAPI":
        """Return an exchange with these keys, or with those found in the environment or file."""
        keys = credentials or StaydownBankCredentials.get(cls)
        one_key = dict.fromkeys(api.StopNCIIEndpoint, keys.fetch_function_key)
        client = api.StopNCIIAPI(
            keys.subscription_key, keys.fetch_function_key, one_key, keys.base_url_override
        )
        return cls(collab, client)

    def fetch_iter(
        self,
        _supported_signal_types: Sequence[type[SignalType]],
        checkpoint: StopNCIICheckpoint | None,
    ) -> Iterator[Delta]:
        """Yield a delta for each page; a withdrawn or deleted hash maps to None: drop it."""
        start = api.StopNCIIAPI.DEFAULT_START_TIME if checkpoint is None else checkpoint.update_time
        for page in self.api.fetch_hashes_iter(start_timestamp=start):
            updates = {
                (_TYPES[record.signalType], record.hashValue): _metadata(record)
                for record in page.hashRecords
                if record.signalType in _TYPES
            }
            yield FetchDelta(updates, StopNCIICheckpoint.from_stopncii_fetch(page))

    def report_opinion(self, s_type: type[SignalType], signal: str, opinion: SignalOpinion) -> None:
        """Tell the bank what became of a match, by value; a later word replaces an earlier one.

        Nothing is listed by it: a hash that the bank doesn't list is refused. Raises CommandError
        for that and for every other answer that isn't a yes.
        """
        wanted = next((one for one, name in _TYPES.items() if name == s_type.get_name()), None)
        if wanted is None:
            raise CommandError.user(f"a bank has no signals of the type {s_type.get_name()}")
        try:
            self.api.submit_feedback(wanted, signal, _SAID[opinion.category], set(opinion.tags))
        except OSError as error:  # of which all faults of the client's library are
            response = getattr(error, "response", None)
            if response is None:
                raise CommandError.external_dependency(_UNREACHED) from error
            raise CommandError(_refusal(response)) from error


class _Answer(Protocol):
    """As much of an answer as is looked at here."""

    status_code: int

    def json(self) -> Any: ...


def _refusal(response: _Answer) -> str:
    """Return why the bank refused a word, in its own words where it has some."""
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        return "the bank does not take these keys"
    said = _reason(response) or f"the bank answered {response.status_code}"
    # The command prints it as it is, and a terminal obeys what can't be seen.
    shown = "".join(sign if sign.isprintable() else " " for sign in said[:_LONGEST])
    return f"nothing was told: {shown}"


def _reason(response: _Answer) -> str:
    """Return the reasons that an answer gives, if it is a problem document; else ""."""
    try:
        told = response.json()
    except ValueError:
        return ""
    if not isinstance(told, dict):
        return ""
    refused = told.get("refused")
    items = refused if isinstance(refused, list) else []
    reasons = [str(one["reason"]) for one in items if isinstance(one, dict) and "reason" in one]
    return "; ".join(reasons) or str(told.get("detail", ""))


def _metadata(record: api.StopNCIIHashRecord) -> StopNCIISignalMetadata | None:
    if record.hashStatus in _GONE:
        return None
    return StopNCIISignalMetadata(record.CSPFeedbacks)
