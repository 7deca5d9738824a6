"""Rules and steps as data: what a bureau may change without touching code."""

from noveto.rules.model import TRACKS, LimitRule, Rules, RulesError, RuleSet, parse_rules

__all__ = ["TRACKS", "LimitRule", "RuleSet", "Rules", "RulesError", "parse_rules"]
