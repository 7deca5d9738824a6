"""From a day and a unit to a whole case: the head, the road, the extras, and how it reaches the ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from noveto.demo import paths, several
from noveto.demo.acts import basis
from noveto.demo.extras import after_answer, before_answer
from noveto.demo.life import Life, Record
from noveto.demo.world import Place, World
from noveto.records.registry import RegistryMatter

ROADS: dict[str, Callable[[Life], None]] = paths.ROADS | several.ROADS
CHANNELS = ("window", "guide_desk", "online", "hotline", "complaint", "transfer")
_CHANNEL_SHARES = (0.74, 0.80, 0.91, 0.955, 0.97, 1.0)
_ENDS = frozenset({"answered", "withdrawn", "lapsed"})
_APPLICATION = frozenset({"supplement", "veto", "special", "cross", "study", "withdrawn"})


def case(
    world: World,
    rng: Random,
    place: Place,
    matter: RegistryMatter,
    raised: datetime,
    number: int,
    *,
    road: Callable[[Life], None] | None = None,
    reasons: tuple[str, ...] = (),
    facts: str = "",
    prepare: Callable[[Life], None] | None = None,
    planted: bool = False,
) -> tuple[Record, Life]:
    """Live one case. ``number`` counts the unit's cases of the day.

    ``road``, ``reasons`` and ``facts`` replace what would be picked; ``prepare`` may set the stage. Nothing
    happens beside the road of a ``planted`` case.
    """
    life = Life(world, rng, place, matter, raised)
    scenario = rng.choice(world.corpus.scenarios[matter.id])
    life.reasons = reasons or _reasons(rng, scenario.reasons)
    if prepare:
        prepare(life)
    name = world.paths[life.reasons[0]].pick(rng)
    applies = road is not None or name in _APPLICATION
    if applies and rng.random() < (0.8 if matter.licensing else 0.4):
        life.accepted = _accepted(life, raised)
    if road is not None:
        name = "study"
        road(life)
    else:
        ROADS[name](life)
    if life.acts and not planted and road is None:
        _surround(life)
    head = _head(life, number, name, facts or _facts(life, scenario.text), applies)
    path = f"records/cases/{place.unit}/{raised:%Y-%m}/{head['id']}.yml"
    record = Record("case", head["id"], path, matter.name, head, life.clerk, raised, place.by_hook, life.acts)
    if not planted:
        _late(life, record)
    return record, life


def _surround(life: Life) -> None:
    """Add the extras of the time before and after the answer."""
    end = life.now
    answered = next((act for act in life.acts if act.step in _ENDS), None)
    if answered is not None and answered is not life.acts[0]:
        place = life.acts.index(answered)
        told, life.acts = life.acts[place:], life.acts[:place]
        life.now = life.acts[-1].at
        before_answer(life)
        life.acts = [act for act in life.acts if act.at < answered.at] + told
        life.now = end
    if life.chance(0.003):
        life.add("voided", life.place.leader, life.soon(900), reason=life.say("voided"), approver=life.place.leader)
        life.acts = [act for act in life.acts if act.step not in ("answered", "delivered")]
        return
    if any(act.step == "answered" for act in life.acts):
        after_answer(life)


def _reasons(rng: Random, codes: tuple[str, ...]) -> tuple[str, ...]:
    roll = rng.random()
    if roll < 0.006:
        return ("R15",)
    if roll < 0.02:
        return ("R99",)
    if len(codes) == 1 and roll > 0.85:
        extra = rng.choice(("R01", "R07", "R08", "R09", "R11"))
        return (*codes, extra) if extra not in codes else codes
    return codes


def _accepted(life: Life, raised: datetime) -> datetime:
    """An application is accepted when it is raised, or some days before it got stuck."""
    if life.chance(0.75):
        return raised
    day = life.cal.previous_workday(raised.date() - timedelta(days=1 + int(life.rng.random() * 6)))
    return datetime.combine(day, raised.time().replace(hour=10))


def _facts(life: Life, scenario: Any) -> str:
    corpus, rng, year = life.world.corpus, life.rng, life.say_year
    text = corpus.fill(rng, scenario, year) + "。"
    if rng.random() < 0.7:
        text += corpus.slot(rng, "extra", year)
    if rng.random() < 0.5:
        text += "\n" + corpus.slot(rng, "wish", year)
    return text


def _head(life: Life, number: int, road: str, facts: str, applies: bool) -> dict[str, Any]:
    rng, matter, place, world = life.rng, life.matter, life.place, life.world
    channel = rng.choices(CHANNELS, cum_weights=_CHANNEL_SHARES)[0]
    kind = "application" if applies else "enquiry" if road in ("explain", "redirect") else "request"
    head: dict[str, Any] = {
        "id": f"{place.unit}-{life.raised:%Y%m%d}-{number:02d}",
        "unit": place.unit,
        "window": life.window,
        "clerk": life.clerk,
        "raised": f"{life.raised:%Y-%m-%dT%H:%M}",
    }
    if life.accepted:
        head["accepted"] = f"{life.accepted:%Y-%m-%dT%H:%M}"
    head |= {
        "handling": world.handling.get(road, "guide"),
        "kind": kind,
        "channel": channel,
        "applicant": life.applicant(),
        "matter": {
            "id": matter.id,
            "name": matter.name,
            "category": matter.category,
            "unit": world.owner(place, matter),
            "licensing": matter.licensing,
            "standardised": rng.random() < 0.85,
        },
        "track": life.track,
    }
    if life.track != "general":
        head["track_reason"] = life.say(f"track_reason.{life.track}")
    head["reason"] = {"main": life.reasons[0], **({"also": list(life.reasons[1:])} if life.reasons[1:] else {})}
    head["facts"] = facts
    if life.reasons[0] in ("R03", "R04") and rng.random() < 0.96:
        head["grounds"] = {"text": life.say("head_grounds"), "basis": basis(life)}
    if rng.random() < 0.03 and channel == "hotline":
        head["external"] = [{"system": "12345 热线", "number": f"GD{int(rng.random() * 90000) + 10000}"}]
    if rng.random() < 0.012:
        head["sensitive"] = True
    return head


def _late(life: Life, record: Record) -> None:
    """Some cases are written on paper first and typed days later, with a reason or without."""
    roll = life.rng.random()
    if roll < 0.016:
        record.late = 1 + int(life.rng.random() * 3)
        mode = "outage" if life.chance(0.4) else "paper"
        entry = {"mode": mode, "why": life.say("late_why")}
        head = dict(record.head)
        before: dict[str, Any] = {
            key: head.pop(key) for key in ("id", "unit", "window", "clerk", "raised", "accepted") if key in head
        }
        record.head = {**before, "entry": entry, **head}
    elif roll < 0.024:
        record.late = 1 + int(life.rng.random() * 4)
