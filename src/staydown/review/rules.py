"""The desk's rules: values and the moment in, an answer out."""

from datetime import datetime, timedelta

from staydown.base.vocabulary import Decision, Feedback

#: What a decision is told to a bank as. The peers read ``NotBlocked`` as "reviewed, inconclusive".
FEEDBACK = {
    Decision.NCII: Feedback.BLOCKED,
    Decision.NOT_NCII: Feedback.NOT_BLOCKED,
    Decision.CANT_TELL: Feedback.PENDING_REVIEW,
    # To a bank it is the same as "can't tell"; ``under_18.says_nothing`` says whom it is told.
    Decision.MAY_BE_UNDER_18: Feedback.PENDING_REVIEW,
}

#: The shortest key of a bank that is taken: other banks' keys are not ours to choose.
BANK_KEY_BYTES = 8

LONGEST_FETCH_PAUSE = timedelta(minutes=5)
LONGEST_FEEDBACK_PAUSE = timedelta(hours=1)

#: An alarm that was seen is shown as new again when it happens after being quiet for so long.
ALARM_AGAIN = timedelta(days=1)

#: Items that one bank's entries may raise in an hour before an alarm says so.
MANY_ITEMS = 1000
MANY_ITEMS_WITHIN = timedelta(hours=1)

#: How far a look may lie in the future before the clock must have been set back.
CLOCK_SLACK = timedelta(minutes=1)

#: How long a sender may take before its job is taken over. Longer than any request may last.
CLAIM = timedelta(minutes=3)


def word_for_entry(
    decision: Decision, *, ncii_elsewhere: bool, same_picture: bool = True
) -> Feedback:
    """Return what a bank is told of one entry after a decision about an upload that came close.

    ``ncii_elsewhere``: another upload that came close to the same entry was decided to be NCII.
    That outweighs look-alikes: a harmless picture made to come close must not undo it.
    ``same_picture``: the upload is the listed picture, as far as can be told, and not just near it.
    Of others nothing is said against the entry.
    """
    if ncii_elsewhere:
        return Feedback.BLOCKED
    word = FEEDBACK[decision]
    if word is Feedback.NOT_BLOCKED and not same_picture:
        return Feedback.PENDING_REVIEW
    return word


def fetch_pause(failures: int, poll: timedelta, *, retry_after: float | None = None) -> timedelta:
    """Return how long to leave a bank alone after ``failures`` failed tries in a row."""
    if failures == 0:
        return poll
    factor: int = 2 ** min(failures - 1, 20)
    pause = max(poll, min(max(poll, timedelta(seconds=1)) * factor, LONGEST_FETCH_PAUSE))
    return pause if retry_after is None else max(pause, timedelta(seconds=retry_after))


def is_news_again(last_at: datetime, now: datetime) -> bool:
    """Say whether an alarm that somebody has seen should be shown as new: it was quiet for long."""
    return now - last_at >= ALARM_AGAIN


def feedback_pause(attempts: int, *, retry_after: float | None = None) -> timedelta:
    """Return how long to wait before telling the bank again, after ``attempts`` tries."""
    pause = min(timedelta(seconds=2 ** min(attempts, 20)), LONGEST_FEEDBACK_PAUSE)
    return pause if retry_after is None else max(pause, timedelta(seconds=retry_after))
