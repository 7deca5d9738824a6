"""Statistics: the indicators of the monthly report, each number with the records behind it."""

from noveto.statistics.assessment import Score, assess
from noveto.statistics.catalogue import BY_KEY, INDICATORS
from noveto.statistics.facts import CaseFacts, ClockFact, ComplaintFacts, HeldFacts, ImprovementFacts
from noveto.statistics.figures import Group, Statistics, collect
from noveto.statistics.groups import DIMENSIONS, Places, last_month, previous_period
from noveto.statistics.indicator import Indicator
from noveto.statistics.lists import Effect, Gap, Repeat
from noveto.statistics.model import Count, Figure, Figures, Fraction, Ref, Spread

__all__ = [
    "BY_KEY",
    "DIMENSIONS",
    "INDICATORS",
    "CaseFacts",
    "ClockFact",
    "ComplaintFacts",
    "Count",
    "Effect",
    "Figure",
    "Figures",
    "Fraction",
    "Gap",
    "Group",
    "HeldFacts",
    "ImprovementFacts",
    "Indicator",
    "Places",
    "Ref",
    "Repeat",
    "Score",
    "Spread",
    "Statistics",
    "assess",
    "collect",
    "last_month",
    "previous_period",
]
