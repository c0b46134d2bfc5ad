"""One look at a bank: asking for pages, and getting past what can't be read.

The network is spoken to outside of any transaction. The rules are in ``matching.chain`` and
``matching.asking``; here they meet the bank.
"""

import logging
import random
import time
from collections.abc import Callable
from dataclasses import replace

from django.db import DatabaseError, transaction

from staydown.base.errors import StaydownError
from staydown.base.quietlog import Configured
from staydown.exchange.client import BankClient
from staydown.exchange.errors import BankRefused, WireError
from staydown.matching import asking
from staydown.matching.asking import Asking, Fault, Search, Suspect
from staydown.matching.chain import Chain, Loops
from staydown.matching.sync import PageChanges
from staydown.review.banks import meters, passed_over, questions, ways
from staydown.review.banks.pages import remember_asking, save_page, save_place, save_reading
from staydown.review.banks.plan import Follower, Plan
from staydown.review.models import Bank, PassedOver

log = logging.getLogger(__name__)

#: So far ahead of a sequence number that can't be read another one is looked for.
_FURTHEST = 2**24

#: Seconds after which a look asks no more beside plain pages: a bank may take long over each.
LONGEST_SEARCH = 240.0

#: What a bank answers to a place that lies behind its last entry, or that it won't look for.
_ANSWERED = (400, 409, 416, 422)


class Look:
    """A look at one bank, from where ``plan`` stands. ``plan`` is None once the end is reached."""

    def __init__(self, plan: Plan, follower: Follower) -> None:
        self.plan: Plan | None = plan
        self._latest = plan
        self._follower = follower
        self._client: BankClient | None = None
        self._questions = 0
        self._up = False
        self._told = False
        #: Whether a record alone couldn't be read, though the bank works.
        self.suspects = False
        self._loops = Loops()
        self._restarted: set[tuple[int, int]] = set()
        self._until = time.monotonic() + LONGEST_SEARCH

    @property
    def works(self) -> bool:
        """Whether the bank answered something that could be used."""
        return self._up

    @property
    def bank_id(self) -> int:
        """The bank's number."""
        return self._latest.bank_id

    @property
    def name(self) -> str:
        """The bank, as the operator calls it."""
        return self._latest.name

    @property
    def received(self) -> int:
        """Bytes of the last answer, if they aren't counted yet."""
        return 0 if self._client is None else self._client.received

    def step(self) -> None:
        """Ask for the next page and save it; or find out how to get past it.

        Raises what stands in the way where that has to wait for another look.
        """
        plan = self._latest
        try:
            changes = self._ask(plan)
        except DatabaseError:
            raise
        except Exception as error:
            self._tell(error, plan)
            self._go(self._past(error, plan))
        else:
            self._take(plan, changes)

    def _go(self, plan: Plan | None) -> None:
        if plan is None or plan.chain is None or plan.chain.token is None:
            self._loops.forget()
        self.plan = plan
        self._latest = plan or self._latest

    def _tell(self, error: Exception, plan: Plan) -> None:
        """Log what nobody foresaw, once a look: it is no fault of the bank's."""
        if isinstance(error, StaydownError) or self._told:
            return
        self._told = True
        log.error(
            "a bank's answer could not be handled",
            exc_info=error,
            extra={"fact": {"bank": Configured(plan.name)}},
        )

    # ------------------------------------------------------------------ asking

    def _ask(self, plan: Plan) -> PageChanges:
        if self._client is None:
            self._client = questions.client_for(plan, self._follower)
        return questions.fetch(self._client, plan, self._follower)

    def _try(self, plan: Plan) -> PageChanges | Exception:
        """Ask a question beyond the plain page, and count it. Return what came, or the error."""
        answer = self._attempt(plan)
        self._count()
        return answer

    def _attempt(self, plan: Plan) -> PageChanges | Exception:
        try:
            return self._ask(plan)
        except DatabaseError:
            raise
        except Exception as error:
            self._tell(error, plan)
            if asking.fault_of(error, token=plan.token is not None) is Fault.NO and not (
                isinstance(error, BankRefused) and error.status in _ANSWERED
            ):
                raise
            return error

    def _is_spent(self) -> bool:
        """Say whether the look has asked enough beside plain pages."""
        return self._questions >= asking.MOST_QUESTIONS or self._is_late()

    def _is_late(self) -> bool:
        return time.monotonic() > self._until

    def _count(self) -> None:
        """Count the answer before, which brought nothing, towards the bank's share."""
        self._questions += 1
        if self._client is None:
            return
        received, self._client.received = self._client.received, 0
        now = self._follower.clock.now()
        cost = asking.QUESTION_COST if self._questions > 1 else 0
        with transaction.atomic():
            meters.count_failure(self._latest.bank_id, received, now, cost)

    def _take(self, plan: Plan, changes: PageChanges) -> None:
        if plan.expects is not None and ways.first(changes) != plan.expects:
            # This bank's tokens count pages: they lead elsewhere where more is asked for.
            self._count()
            self._go(ways.one_by_one(plan))
            return
        chain = plan.chain
        if chain is not None and self._is_false_end(plan, chain, changes):
            self._count()
            self._go(self._without_token(WireError("a page that could not be read is gone"), plan))
            return
        if chain is not None:
            closed = self._loops.seen(changes, chain)
            if chain.token is not None and (closed or self._loops.repeats):
                if chain.safe() > chain.start:
                    self._count()
                    self._go(ways.anew(plan, chain))
                    return
                if closed:
                    raise WireError("the same page token came twice")
        self._up = True
        after = save_page(plan, changes, self.received, self._follower)
        if after is not None and after.cursor > plan.cursor:
            self._questions = 0
        self._go(after)

    def _is_false_end(self, plan: Plan, chain: Chain, changes: PageChanges) -> bool:
        """Say whether a new chain has to look whether an empty page was the end, once a size."""
        if chain.safe() > chain.start or not ways.ran_out(plan, changes):
            return False
        return (chain.start, plan.asking.size) not in self._restarted

    # ------------------------------------------------------------------ getting past

    def _past(self, error: Exception, plan: Plan) -> Plan:
        """Return how to go on after a question that failed. Raises ``error`` to wait instead."""
        fault = asking.fault_of(error, token=plan.token is not None)
        patient = (
            fault is Fault.AWAY
            and plan.failures < asking.PATIENCE
            and plan.suspect is None
            and not plan.asking.careful
        )
        if fault is Fault.NO or patient or self._is_spent():
            raise error
        self._count()
        if fault is Fault.TOKEN and plan.expects is not None:
            return ways.one_by_one(plan)
        if fault is Fault.TOKEN:
            return self._without_token(error, plan)
        if not self._is_up(plan):
            raise error
        chain = plan.chain
        if chain is not None and chain.token is not None and chain.safe() > chain.start:
            return ways.anew(plan, chain)
        less = plan.asking.failed()
        if less is not None:
            remember_asking(plan.bank_id, less)
            return replace(plan, asking=less)
        return self._alone(error, plan)

    def _without_token(self, error: Exception, plan: Plan) -> Plan:
        """Go on after a bank forgot a token; once from each start, or it would never end."""
        chain = plan.chain
        if chain is None:
            raise error
        if chain.safe() > chain.start:
            return ways.anew(plan, chain)
        start = (chain.start, plan.asking.size)
        if start in self._restarted:
            raise error
        self._restarted.add(start)
        return ways.anew(plan, chain)

    def _is_up(self, plan: Plan) -> bool:
        """Say whether the bank works at all: whether it answers where there is nothing to read."""
        self._up = self._up or self._answers(plan)
        return self._up

    def _answers(self, plan: Plan) -> bool:
        if plan.chain is None:
            end = replace(plan, cursor=passed_over.BEYOND)
        else:
            end = replace(plan, chain=Chain(int(self._follower.clock.now().timestamp())))
        return _answered(self._try(replace(end, asking=Asking.of(1), expects=None)))

    def _alone(self, error: Exception, plan: Plan) -> Plan:
        """One record alone can't be read. Return how to go on without it, once that is sure."""
        if not self._answers(plan):
            raise error
        known = passed_over.covering(plan.bank_id, plan.place)
        way = self._way(error, plan)
        if not isinstance(self._try(plan), Exception):
            return plan  # it can be read by now
        if known is not None and way is None and known.high < passed_over.BEYOND:
            way = ways.Way(known.high)
        if known is not None and way is not None:
            return ways.by(plan, way)
        self.suspects = True
        now = self._follower.clock.now()
        suspect = Suspect.found(plan.suspect, plan.place, way.high if way else None, now)
        lost = way is None or passed_over.is_full(plan.bank_id)
        with transaction.atomic():
            save_reading(plan.bank_id, plan.chain, suspect, plan.asking)
            if lost and suspect.looks >= asking.LOOKS:
                passed_over.say_unreadable(plan, self._follower.clock, stuck=True)
        if way is None or lost or not suspect.sure(now, self._follower.poll):
            raise error
        after = passed_over.pass_over(
            plan, ways.by(plan, way), way.high, asking.reason(error), self._follower.clock
        )
        if after is None:
            raise error
        return after

    def _way(self, error: Exception, plan: Plan) -> ways.Way | None:
        """Return a way past the record that stands alone; None where there is none."""
        chain = plan.chain
        if chain is not None:
            token = getattr(error, "next_token", None)
            if token is not None and token != chain.token:
                found = self._try(replace(plan, chain=replace(chain, token=token)))
                if isinstance(found, PageChanges):
                    now = int(self._follower.clock.now().timestamp())
                    return ways.by_token(chain, token, found, now)
            if not chain.in_order:
                return None
        return self._by_search(plan)

    def _by_search(self, plan: Plan) -> ways.Way | None:
        """Look for the nearest place behind, by places alone: a bank must keep their order."""
        now = int(self._follower.clock.now().timestamp())
        low = plan.place if plan.chain is None else max(plan.chain.start, plan.chain.last)
        most = min(low + _FURTHEST, passed_over.BEYOND) if plan.chain is None else now
        search = Search(low, most)
        if plan.suspect is not None and plan.suspect.high is not None:
            search = search.hinted(plan.suspect.high)
        while (place := search.next()) is not None and not self._is_spent():
            there = replace(ways.at(plan, place), asking=Asking.of(1))
            search = search.answered(place, readable=_answered(self._try(there)))
        if search.high is None or search.next() is not None:
            return None
        return ways.Way(search.high) if self._rises(plan, search.high) else None

    def _rises(self, plan: Plan, place: int) -> bool:
        """Say whether what a bank serves behind a place is later: it may serve the newest first."""
        if plan.chain is None or plan.chain.rises:
            return True
        answer = self._try(ways.at(plan, place))
        if not isinstance(answer, PageChanges):
            return False
        chain = Chain(place).after(answer, int(self._follower.clock.now().timestamp()))
        return chain.in_order and chain.rises

    # ------------------------------------------------------------------ what was passed over

    def try_again(self, pauses: Callable[[], bool]) -> None:
        """Try again what was passed over and is due, a little at a time."""
        now = self._follower.clock.now()
        self._until = time.monotonic() + LONGEST_SEARCH
        plan = self._latest
        plan = replace(plan, revision=Bank.objects.get(pk=plan.bank_id).revision, overlap=0)
        for row in passed_over.due_again(plan.bank_id, now):
            if pauses() or self._is_late():
                return
            self._questions = 0
            after, read = self._place_again(plan, row)
            if after is None:
                return
            plan = after
            passed_over.note_tried(row, plan, now, read=read)

    def _place_again(self, plan: Plan, row: PassedOver) -> tuple[Plan | None, bool]:
        """Read from before a place to behind it. Return how to go on, and whether that worked.

        How to go on is None where the bank is down, or another tick was quicker.
        """
        at, begun = ways.at(plan, row.low), set[int]()
        for _ in range(asking.MOST_AGAIN):
            if self._is_late():
                break
            answer = self._attempt(at)
            if isinstance(answer, Exception):
                self._count()
                if not self._is_up(plan):
                    return None, False
                less = at.asking.failed()
                if less is None:
                    return self._inside(at, row), False
                at = replace(at, asking=less)
                continue
            if at.chain and ways.ran_out(at, answer) and at.asking.size not in begun:
                self._count()
                begun.add(at.asking.size)
                at = ways.anew(at, at.chain)
                continue
            saved = save_place(at, answer, self.received, self._follower)
            if saved is None or not answer.more:
                return saved, saved is not None
            at = ways.further(saved, answer, int(self._follower.clock.now().timestamp()))
            if at.place >= row.high:
                return at, True
        return at, False

    def _inside(self, plan: Plan, row: PassedOver) -> Plan | None:
        """Read from some place within: of several records not all need be unreadable."""
        if row.high - row.low <= 2:
            return plan
        inner = ways.at(plan, random.randrange(row.low + 1, row.high))  # noqa: S311 - no secret
        answer = self._attempt(inner)
        if isinstance(answer, Exception):
            self._count()
            return plan
        return save_place(inner, answer, self.received, self._follower)


def _answered(answer: PageChanges | Exception) -> bool:
    """Say whether an answer shows that a bank can be read from there, if only to its end."""
    if isinstance(answer, BankRefused):
        return answer.status in _ANSWERED
    return isinstance(answer, PageChanges)
