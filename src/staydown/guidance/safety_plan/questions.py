"""The questionnaire. At most eight questions, each of which may be left out.

None asks why anything happened, who is to blame, or what somebody wanted.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from staydown.base.errors import StaydownError
from staydown.base.reasons import Reason, reasons
from staydown.guidance.safety_plan.situation import Answer, Situation

_say = reasons("guidance.safety_plan")


class BadAnswer(StaydownError):
    """An answer that none of the questions takes. Names the question, never what was given."""


@dataclass(frozen=True, slots=True)
class Question:
    """``helps`` says what the answer is for, so that a person can decide whether to give it."""

    about: Situation
    text: Reason
    helps: Reason


#: The questions, in the order in which they are asked.
QUESTIONS = tuple(
    Question(about, _say(f"question.{about}"), _say(f"helps.{about}"))
    for about in (
        Situation.WATCHED,
        Situation.CLOSE_BY,
        Situation.THREATENED,
        Situation.SHARED,
        Situation.LOST_DEVICE,
        Situation.HIDDEN_CAMERA,
        Situation.POLICE,
        Situation.HELPING,
    )
)


def answers_of(table: Mapping[str, object]) -> Mapping[Situation, Answer]:
    """Make answers of a table (of a file or a form): a question's word, and yes, no or not_sure.

    What isn't there, or is an empty text, wasn't answered. Raises BadAnswer.
    """
    asked = {question.about.value: question.about for question in QUESTIONS}
    if not set(table) <= set(asked):
        raise BadAnswer(_say("answer.no_question", known=tuple(asked)))
    answers = {}
    for word, given in table.items():
        if given == "":
            continue
        if not isinstance(given, str) or given not in set(Answer):
            raise BadAnswer(_say("answer.unknown", question=word, known=tuple(Answer)))
        answers[asked[word]] = Answer(given)
    return answers
