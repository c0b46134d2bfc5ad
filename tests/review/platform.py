"""A platform's systems and its moderators, for tests of what was decided before."""

from uuid import UUID

from staydown.base.vocabulary import Decision
from staydown.exchange.simulator import BankSimulator
from staydown.fingerprint.value import Fingerprint
from staydown.review import api
from staydown.review.models import Item
from staydown.review.records import UploadAnswer
from tests.review.support import Desk


class Platform:
    """A platform's systems and its moderators, at a desk that follows one bank."""

    def __init__(self, desk: Desk, bank: BankSimulator) -> None:
        self.desk, self.bank = desk, bank
        self.key = desk.platform_key()
        self.number = desk.add(bank)
        self._moderators: dict[str, int] = {}

    def list(self, *fingerprints: Fingerprint, picture: str = "") -> list[str]:
        """Have the bank list a picture's fingerprints, and the desk read them."""
        names = [
            self.bank.put(one, picture=picture) if picture else self.bank.put(one)
            for one in fingerprints
        ]
        self.desk.follow(self.number)
        return names

    def offer(
        self,
        *fingerprints: Fingerprint,
        file: bytes | None = None,
        reference: str = "",
        key: int | None = None,
        retry: api.Retry | None = None,
    ) -> UploadAnswer:
        """Offer an upload by its fingerprints; ``file`` stands for its bytes."""
        digest = None if file is None else api.file_digest(file, self.desk.sealer)
        upload = api.Upload(key or self.key, fingerprints, reference, "", digest)
        return api.receive_upload(upload, self.desk.live, self.desk.clock, retry)

    def decide(self, item: UUID | None, decision: Decision, who: str = "anna") -> None:
        """Have a moderator decide about an item as it is."""
        assert item is not None
        if who not in self._moderators:
            self._moderators[who] = self.desk.moderator(who)
        version = Item.objects.get(public_id=item).version
        api.decide(
            item,
            decision,
            version=version,
            moderator_id=self._moderators[who],
            clock=self.desk.clock,
        )
