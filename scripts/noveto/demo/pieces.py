"""From a lived record to the pieces of text that reach the ledger, in order of entry.

Order of entry is order of typing: an oral decision typed two days later stands behind what was typed
meanwhile. Within a record no piece is pushed before the one in front of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from random import Random

from noveto.calendar import Calendar
from noveto.demo.life import Act, Piece, Record
from noveto.demo.quick import quick_entry, quick_head

_TOGETHER = timedelta(minutes=4)
_MINUTE = timedelta(minutes=1)


def compile_record(record: Record, cal: Calendar, rng: Random, horizon: datetime) -> list[Piece]:
    """Return the pieces of a record. Corrections and strikes get the numbers of the steps they point at.

    No record is typed so late that its head would come after the ``horizon``.
    """
    by_hook = rng.random() < record.by_hook
    if record.broken:
        return [Piece(_pushed(record.moment, by_hook, rng), record.by, "ci", record.broken, ("registered",))]
    typed = sorted(
        ((_typed(act.at, act.late, cal, rng), number, act) for number, act in enumerate(record.acts)),
        key=lambda item: item[:2],
    )
    numbers = {id(act): n for n, (_, _, act) in enumerate(typed, 1)}
    moment = _typed(record.moment, record.late, cal, rng)
    if moment.date() >= horizon.date():
        moment = record.moment
    pieces = [Piece(moment, record.by, "", quick_head(record.kind, record.head), ("registered",))]
    for when, _, act in typed:
        entry = act.entry()
        if act.step in ("corrected", "struck"):
            _point(entry, act, numbers)
        text = quick_entry(entry)
        last = pieces[-1]
        if len(pieces) == 1 and act.typist == record.by and when - last.moment <= _TOGETHER:
            pieces[0] = replace(
                last, text=last.text + text, steps=(*last.steps, act.step), moment=max(last.moment, when)
            )
        else:
            pieces.append(Piece(max(last.moment, when), act.typist, "", text, (act.step,), act))
    before = datetime.min
    for piece in pieces:
        hook = by_hook and rng.random() < 0.9
        piece.moment = max(_pushed(piece.moment, hook, rng), before)
        piece.via = "hook" if hook else "desk"
        before = piece.moment
    return pieces


def _point(entry: dict[str, object], act: Act, numbers: dict[int, int]) -> None:
    """Write the number of the step a correction or strike points at in place of the step itself."""
    if act.step == "struck":
        entry["entry"] = str(numbers[id(act.fields["entry"])])
        return
    target = act.fields["field"]
    if isinstance(target, Act):
        key = "at" if "approver" in act.fields else "text"
        entry["field"] = f"log.{numbers[id(target)]}.{key}"


def _typed(at: datetime, late: int, cal: Calendar, rng: Random) -> datetime:
    if not late:
        return at
    minute = 8 * 60 + 40 + int(rng.random() * 400)
    return datetime.combine(cal.add_workdays(at.date(), late), time(minute // 60, minute % 60))


def _pushed(moment: datetime, hook: bool, rng: Random) -> datetime:
    """Return when a piece reached the ledger: seconds after the desk's act, or with the next push by hand."""
    if not hook:
        return moment + timedelta(seconds=5 + int(rng.random() * 55))
    for hour, minute in ((11, 40), (17, 20)):
        batch = moment.replace(hour=hour, minute=minute)
        if moment <= batch:
            return batch + timedelta(seconds=int(rng.random() * 600))
    return moment + _MINUTE * (1 + int(rng.random() * 20))
