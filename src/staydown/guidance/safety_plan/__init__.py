"""Steps that make devices, homes and days safer, and the order that suits a person."""

from staydown.guidance.safety_plan.ordering import PlannedStep, order_steps
from staydown.guidance.safety_plan.questions import QUESTIONS
from staydown.guidance.safety_plan.reading import load_steps

__all__ = ["QUESTIONS", "PlannedStep", "load_steps", "order_steps"]
