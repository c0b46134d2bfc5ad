"""The exchange and its credentials. Everything but the judging of withdrawals is inherited."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from threatexchange.exchanges.clients.stopncii import api
from threatexchange.exchanges.collab_config import CollaborationConfigBase
from threatexchange.exchanges.fetch_state import FetchDelta
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
        client = api.StopNCIIAPI(
            keys.subscription_key, keys.fetch_function_key, base_url_override=keys.base_url_override
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


def _metadata(record: api.StopNCIIHashRecord) -> StopNCIISignalMetadata | None:
    if record.hashStatus in _GONE:
        return None
    return StopNCIISignalMetadata(record.CSPFeedbacks)
