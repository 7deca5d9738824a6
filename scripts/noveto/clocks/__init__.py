"""Clocks: every deadline of a case, its state, its derivation; stage, holder and status."""

from noveto.clocks.builder import NO_RECEIPTS, Arrivals
from noveto.clocks.engine import compute, compute_complaint, late_reclassifications
from noveto.clocks.model import OPEN_STATES, Basis, Clock
from noveto.clocks.stage import Holder, Stage, complaint_status, headline, review_day, stage, status
from noveto.clocks.standing import stand_ins
from noveto.clocks.timeline import ENDINGS, OPENERS, Timeline, timeline
from noveto.clocks.view import CaseView, view

__all__ = [
    "ENDINGS",
    "NO_RECEIPTS",
    "OPENERS",
    "OPEN_STATES",
    "Arrivals",
    "Basis",
    "CaseView",
    "Clock",
    "Holder",
    "Stage",
    "Timeline",
    "complaint_status",
    "compute",
    "compute_complaint",
    "headline",
    "late_reclassifications",
    "review_day",
    "stage",
    "stand_ins",
    "status",
    "timeline",
    "view",
]
