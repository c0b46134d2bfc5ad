"""The questionnaire. At most eight questions, each of which may be left out.

None asks why anything happened, who is to blame, or what somebody wanted.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from staydown.base.errors import StaydownError
from staydown.guidance.safety_plan.situation import Answer, Situation


class BadAnswer(StaydownError):
    """An answer that none of the questions takes. Names the question, never what was given."""


@dataclass(frozen=True, slots=True)
class Question:
    """``helps`` says what the answer is for, so that a person can decide whether to give it."""

    about: Situation
    text: str
    helps: str


QUESTIONS = (
    Question(
        Situation.WATCHED,
        "Could somebody be watching your phone, your computer or your accounts?",
        "Then the plan begins with what not to change suddenly, and marks what may be noticed.",
    ),
    Question(
        Situation.CLOSE_BY,
        "Do you live with the person you are worried about, or meet them often?",
        "Then the plan looks at your home, and at what that person may notice.",
    ),
    Question(
        Situation.THREATENED,
        "Is somebody threatening you with the picture now?",
        "Then the plan begins with what to do about the threat.",
    ),
    Question(
        Situation.SHARED,
        "Do you share accounts, a phone plan or devices at home with that person, or did you once?",
        "Then the plan goes through what is shared.",
    ),
    Question(
        Situation.LOST_DEVICE,
        "Could the picture be on a device that you no longer have, or that somebody repaired?",
        "Then the plan says what you can still do from afar.",
    ),
    Question(
        Situation.HIDDEN_CAMERA,
        "Could there be a hidden camera in a room that you use?",
        "Then the plan says how to look, and what to do if you find one.",
    ),
    Question(
        Situation.POLICE,
        "Do you want to keep the way to the police or a court open?",
        "Then the plan keeps proof first. You decide later.",
    ),
    Question(
        Situation.HELPING,
        "Are you helping somebody else?",
        "Then the plan adds what helps them, and you, while you do.",
    ),
)


def answers_of(table: Mapping[str, object]) -> Mapping[Situation, Answer]:
    """Make answers of a table (of a file or a form): a question's word, and yes, no or not_sure.

    What isn't there, or is an empty text, wasn't answered. Raises BadAnswer.
    """
    asked = {question.about.value: question.about for question in QUESTIONS}
    if not set(table) <= set(asked):
        raise BadAnswer(f"there are these questions only: {', '.join(asked)}")
    answers = {}
    for word, given in table.items():
        if given == "":
            continue
        if not isinstance(given, str) or given not in set(Answer):
            raise BadAnswer(f"{word}: answer {', '.join(Answer)}, or leave it out")
        answers[asked[word]] = Answer(given)
    return answers
