"""Rules and steps as data: what a bureau may change without touching code."""

from noveto.rules.files import read_rules
from noveto.rules.machine import Machine, State, StepDef
from noveto.rules.model import TRACKS, LimitRule, Rules, RulesError, RuleSet, parse_rules
from noveto.rules.relations import Bodies, relations
from noveto.rules.steps import OutOfOrder, Steps, parse_steps

__all__ = [
    "TRACKS",
    "Bodies",
    "LimitRule",
    "Machine",
    "OutOfOrder",
    "RuleSet",
    "Rules",
    "RulesError",
    "State",
    "StepDef",
    "Steps",
    "parse_rules",
    "parse_steps",
    "read_rules",
    "relations",
]
