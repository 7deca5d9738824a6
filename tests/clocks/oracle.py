"""An oracle for the clocks: the table of the contract (records.md section 5), written slowly and plainly.

Written from the contract's text alone, without the engine: a case is the plain mapping of its file, days are walked
one by one, nothing is shared, cached or clever. It exists to be compared with ``noveto.clocks.compute``; where the
contract left a choice, the list at the end of this module says what was chosen and why.

Holidays come from the facts in ``tests/data/calendar-2018-2026.json``, not from the project's calendar.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

DAY = timedelta(days=1)
ENDINGS = ("withdrawn", "lapsed", "voided", "answered")
NEVER_ENDED = ("filing", "deliver", "licence_delivery")

LIMITS = {
    "submit": 1,
    "interim": 3,
    "filing": 0,
    "deliver": 3,
    "review": 20,
    "escalate": 7,
    "escalate_after_conferred": 1,
    "licence_notice": 5,
    "licence_decision": 20,
    "licence_extension": 10,
    "licence_delivery": 10,
    "complaint": 5,
    "complaint_complex": 10,
}
BY_TRACK = {"general": 3, "special": 5, "cross_department": 10}

# Days after the newest notice: statutory holidays only (全国年节及纪念日放假办法, 2024-11-10).
STATUTORY_2027 = [
    "2027-01-01", "2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08", "2027-04-05", "2027-05-01", "2027-05-02",
    "2027-06-09", "2027-09-15", "2027-10-01", "2027-10-02", "2027-10-03",
]  # fmt: skip


class Days:
    """Working days, by the notices; ``known_through`` is the last day no later notice will change."""

    def __init__(self) -> None:
        facts = json.loads((Path(__file__).parent.parent / "data" / "calendar-2018-2026.json").read_text("utf-8"))
        self.known_through = date.fromisoformat(facts["known_through"])
        self.off = {date.fromisoformat(day): "rest" for day in STATUTORY_2027}
        self.work: dict[date, str] = {}
        for notice in sorted(facts["notices"], key=lambda n: n["issued"]):
            for item in notice["off"]:
                self.off[date.fromisoformat(item["date"])] = "rest"
                self.work.pop(date.fromisoformat(item["date"]), None)
            for item in notice["work"]:
                self.work[date.fromisoformat(item["date"])] = "work"
                self.off.pop(date.fromisoformat(item["date"]), None)

    def works(self, day: date) -> bool:
        """Say whether a day is a working day."""
        if day in self.work:
            return True
        return day not in self.off and day.weekday() < 5

    def roll(self, day: date) -> date:
        """The day itself, or the next working day."""
        while not self.works(day):
            day += DAY
        return day

    def between(self, after: date, upto: date) -> int:
        """Working days after one day, up to and including another."""
        n = 0
        day = after + DAY
        while day <= upto:
            n += self.works(day)
            day += DAY
        return n


def is_paused(day: date, pauses: list[list[Any]]) -> bool:
    """Say whether a day lies in one of the pauses [begin, end], both included; end None: still open."""
    return any(begin <= day and (end is None or day <= end) for begin, end in pauses)


def is_stopped(day: date, pauses: list[list[Any]]) -> bool:
    """Say whether a day lies in an open pause: from here on nothing will ever be counted."""
    return any(begin <= day and end is None for begin, end in pauses)


def walk(days: Days, start: date, n: int, pauses: list[list[Any]], calendar_days: bool = False) -> date | None:
    """The due day of n days after the start day (not counted); None when an open pause stops the walk."""
    day, counted = start, 0
    while counted < n:
        day += DAY
        if is_stopped(day, pauses):
            return None
        if (calendar_days or days.works(day)) and not is_paused(day, pauses):
            counted += 1
    return walk_roll(days, day, pauses)


def walk_roll(days: Days, day: date, pauses: list[list[Any]]) -> date | None:
    """The day itself, or the next day that is a working day and not in a pause; None in an open pause."""
    while not days.works(day) or is_paused(day, pauses):
        if is_stopped(day, pauses):
            return None
        day += DAY
    return day


def to_day(text: Any) -> date:
    """The day of a date or time text."""
    return date.fromisoformat(str(text)[:10])


def read_log(value: dict[str, Any]) -> list[dict[str, Any]]:
    """The log as readers see it: sorted by time, ties in order of entry; each with its number and day."""
    log = [dict(item, n=n, day=to_day(item["at"])) for n, item in enumerate(value.get("log") or [], 1)]
    return sorted(log, key=lambda item: datetime.fromisoformat(item["at"]))


class Oracle:
    """All clocks of one case as of one day."""

    def __init__(
        self, days: Days, value: dict[str, Any], today: date, arrivals: list[date | None] | None = None
    ) -> None:
        """``arrivals``: for entry n the day of the receipt of the first version holding it; None: no receipts."""
        self.days, self.value, self.today, self.arrivals = days, value, today, arrivals
        self.log = read_log(value)
        self.start = to_day(value.get("raised") or value.get("received"))
        self.clocks: list[dict[str, Any]] = []
        self.floored: dict[date, date] = {}  # day a shorter limit already past ended on: when it would have ended
        self.rounds = self.find_rounds()
        self.tracks = self.find_tracks() if "track" in value else []

    # -- the story of the case -------------------------------------------------------------------------------

    def find_rounds(self) -> list[tuple[int, date]]:
        """Rounds as (index of the entry that starts it, day); the first starts before the log, at index -1."""
        rounds = [(-1, self.start)]
        disputed = False  # the round was opened by `disputed` and has not ended yet
        for i, entry in enumerate(self.log):
            if entry["step"] in ENDINGS:
                disputed = False
            if entry["step"] == "supplement_received":
                rounds.append((i, entry["day"]))
                disputed = False
            elif entry["step"] == "disputed":
                rounds.append((i, entry["day"]))
                disputed = True
            elif entry["step"] == "reopened" and not disputed:
                rounds.append((i, entry["day"]))
        return rounds

    def round_of(self, index: int) -> int:
        """The case round an entry lies in."""
        return sum(1 for start, _ in self.rounds if start <= index)

    def first(self, after: int, *steps: str, **fields: Any) -> int | None:
        """Index of the first entry after an index with one of the steps and all of the fields."""
        for i, entry in enumerate(self.log):
            if i > after and entry["step"] in steps and all(entry.get(k) == v for k, v in fields.items()):
                return i
        return None

    def suspensions(self) -> list[dict[str, Any]]:
        """Suspensions in order: first and last day not counted (``end`` None: still open), index of the step,
        index of the step that ended it. A second one while the first is open adds nothing."""
        found: list[dict[str, Any]] = []
        for i, entry in enumerate(self.log):
            running = bool(found) and found[-1]["closed"] is None
            if entry["step"] == "suspended" and not running:
                begin = max(to_day(entry["from"]), entry["day"])
                found.append({"index": i, "begin": begin, "end": None, "closed": None})
            elif running and entry["step"] == "resumed":
                found[-1] |= {"end": to_day(entry["from"]) - DAY, "closed": i}
            elif running and entry["step"] in ENDINGS:
                found[-1] |= {"end": entry["day"] - DAY, "closed": i}
            if entry["step"] in ENDINGS:  # a resumption announced for a later day is overtaken
                for item in found:
                    item["end"] = min(item["end"], entry["day"] - DAY)
        return [item for item in found if item["end"] is None or item["end"] >= item["begin"] - DAY]

    def waits(self) -> list[dict[str, Any]]:
        """The same for the days between a supplement notice and its papers."""
        found: list[dict[str, Any]] = []
        for i, entry in enumerate(self.log):
            running = bool(found) and found[-1]["closed"] is None
            if entry["step"] == "supplement_notice" and not running:
                found.append({"index": i, "begin": entry["day"], "end": None, "closed": None})
            elif running and entry["step"] in ("supplement_received", *ENDINGS):
                found[-1] |= {"end": entry["day"] - DAY, "closed": i}
        return found

    def pauses(self, stop: int | None = None, waiting: bool = False) -> list[list[Any]]:
        """Days that do not count, as [begin, end], for a clock stopped by the entry at an index (None: running).

        What begins after the stop does not touch the clock; nor does a suspension that begins on a day to come.
        """
        ranges = []
        for item in self.suspensions() + (self.waits() if waiting else []):
            if stop is not None and (item["index"] >= stop or item["begin"] > self.log[stop]["day"]):
                continue
            if item["begin"] <= self.today and (item["end"] is None or item["end"] >= item["begin"]):
                ranges.append([item["begin"], item["end"]])
        return ranges

    def next_round(self, index: int) -> int:
        """Index of the entry that starts the round after the one that starts at an index."""
        return min([start for start, _ in self.rounds if start > index], default=len(self.log))

    def replay(self, start: int, start_day: date, track: str, stop: int | None) -> tuple[date | None, date | None, str]:
        """Due day, due day of the calendar reading and track of a limit by track that starts with a round.

        The entries before ``stop`` (None: all) are told one by one; a reclassification counts when the limit has
        not ended on its day, and a limit that would then be past ends on that day.
        """
        changed: date | None = None

        def reading(upto: int | None, calendar_days: bool) -> date | None:
            due = walk(self.days, start_day, 3 if calendar_days else BY_TRACK[track], self.pauses(upto), calendar_days)
            if due is not None and changed is not None and due < changed:
                self.floored.setdefault(changed, due)
                return changed
            return due

        for i, entry in enumerate(self.log):
            if not start < i < min(self.next_round(start), len(self.log) if stop is None else stop):
                continue
            if entry["step"] != "reclassified":
                continue
            old = reading(i, False)
            if old is None or entry["day"] <= old:
                track, changed = entry["track"], entry["day"]
        self.floored = {}  # of this clock only
        return reading(stop, False), reading(stop, True) if track == "general" else None, track

    def find_tracks(self) -> list[tuple[int, str]]:
        """The class of the case as (index, track): as first written, then each reclassification with effect."""
        tracks = [(-1, self.value["track"])]
        for i, entry in enumerate(self.log):
            if entry["step"] != "reclassified":
                continue
            start, day = [r for r in self.rounds if r[0] < i][-1]
            base = [t for at, t in tracks if at <= start][-1]
            due, _, _ = self.replay(start, day, base, i)
            if due is None or entry["day"] <= due:
                tracks.append((i, entry["track"]))
        return tracks

    def track_at(self, index: int) -> str:
        """The class in force after the entry at an index."""
        return [t for at, t in self.tracks if at <= index][-1]

    # -- one clock -------------------------------------------------------------------------------------------

    def add(
        self, clock: str, round_: int, start: date | None, due: date | None, *, since: int, met: int | None = None,
        met_on: date | None = None, of: str = "", calendar: date | None = None, two_readings: bool = False,
        upto_pauses: list[list[Any]] | None = None, binding: bool = True, unattested: bool = False,
    ) -> None:  # fmt: skip
        """Judge one clock. ``since``: index of what made it apply; ``met``: index of the entry that meets it."""
        end = None if clock in NEVER_ENDED else self.first(since, *ENDINGS)
        if met is not None and (end is None or met <= end):
            met_on, end = self.log[met]["day"], None
        out: dict[str, Any] = {
            "clock": clock, "round": round_, "of": of, "binding": binding, "start": start, "due": due,
            "due_calendar": calendar, "met_on": met_on, "state_calendar": None, "days_left": None, "days_late": None,
            "provisional": due is not None and due > self.days.known_through,
        }  # fmt: skip
        ended = self.log[end]["day"] if end is not None and met_on is None else None
        stopped = upto_pauses or []
        if clock in ("reply", "approval") and due in self.floored:
            out["provisional"] = self.floored[due] > self.days.known_through
        if due is None and start is not None:
            begin = min(p[0] for p in stopped if p[1] is None)
            while joined := [p[0] for p in stopped if p[1] is not None and p[0] < begin <= p[1]]:
                begin = min(joined)
            last = begin - DAY
            out["provisional"] = last > start and last > self.days.known_through
        out["state"], out["days_late"] = self.state(due, met_on, ended, stopped)
        if unattested and met_on is None:
            out["state"], out["days_late"] = "unattested", None
        if clock == "licence_notice" and out["state"] == "met_late":
            out["state"] = "deemed_accepted"
        if out["state"] == "overdue":
            out["days_left"] = -out["days_late"]
        elif out["state"] in ("running", "due_today"):
            out["days_left"] = self.days.between(self.today, due) if due is not None else None
        if two_readings:
            out["state_calendar"] = self.state(calendar, met_on, ended, stopped)[0]
        self.clocks.append(out)

    def state(
        self, due: date | None, met_on: date | None, ended: date | None, pauses: list[list[Any]]
    ) -> tuple[str, int | None]:
        """State and days late of one reading."""
        if met_on is not None:
            if due is None or met_on <= due:
                return "met", None
            return "met_late", self.days.between(due, met_on)
        if ended is not None:
            if due is not None and due < ended:
                return "overdue", self.days.between(due, ended)
            return "not_applicable", None
        if due is not None and self.today > due:
            return "overdue", self.days.between(due, self.today)
        if due is None or (self.today < due and is_paused(self.today, pauses)):
            return "suspended", None
        return ("due_today" if self.today == due else "running"), None

    def stop(self, since: int, met: int | None) -> int | None:
        """Index of the entry that meets or ends a clock, None while it runs."""
        end = self.first(since, *ENDINGS)
        return min([i for i in (met, end) if i is not None], default=None)

    # -- the table, row by row -------------------------------------------------------------------------------

    def compute(self) -> list[dict[str, Any]]:
        """Every clock of the case."""
        if "received" in self.value:
            self.complaint()
            return self.clocks
        self.submit()
        for number, (index, day) in enumerate(self.rounds, 1):
            self.reply(number, index, day)
            self.interim(number, index, day)
            self.approval(number, index, day)
        self.filing()
        self.marks()
        self.deliver()
        self.review()
        self.licence()
        return self.clocks

    def submit(self) -> None:
        if any(e["step"] == "answered" and e["day"] == self.start for e in self.log):
            return
        met = self.first(-1, "submitted", "veto_proposed", "consulted", "answered", "supplement_notice")
        self.add("submit", 1, self.start, walk(self.days, self.start, 1, []), since=-1, met=met)

    def reply(self, number: int, index: int, day: date) -> None:
        met = self.first(index, "answered", "supplement_notice", "withdrawn", "lapsed")
        stop = self.stop(index, met)
        due, calendar, track = self.replay(index, day, self.track_at(index), stop)
        self.add(
            "reply", number, day, due, since=index, met=met, calendar=calendar, two_readings=track == "general",
            upto_pauses=self.pauses(stop),
        )  # fmt: skip

    def interim(self, number: int, index: int, day: date) -> None:
        due = walk(self.days, day, LIMITS["interim"], [])
        assert due is not None
        replied = self.stop(index, self.first(index, "answered", "supplement_notice", "withdrawn", "lapsed"))
        owed = self.track_at(index) != "general"
        for at, track in self.tracks:
            if (
                index < at < min(self.next_round(index), len(self.log) if replied is None else replied)
                and self.log[at]["day"] <= due
                and track != "general"
            ):
                owed = True
        for item in self.suspensions():
            if replied is not None and item["index"] > replied:
                continue
            # The days at whose end the case stood suspended, whatever was later said about them.
            last = min(due, self.today)
            if item["closed"] is not None:
                last = min(last, max(item["end"], self.log[item["closed"]]["day"] - DAY))
            if replied is not None:
                last = min(last, self.log[replied]["day"])
            if item["begin"] <= last and last >= day:
                owed = True
        if owed:
            met = self.first(index, "interim_reply", "answered", "supplement_notice", "withdrawn", "lapsed")
            self.add("interim", number, day, due, since=index, met=met)

    def approval(self, number: int, index: int, day: date) -> None:
        following = self.next_round(index)
        proposed = self.first(index, "veto_proposed")
        if proposed is None or proposed > following:
            return
        met = None
        for i, entry in enumerate(self.log):
            decided = entry["step"] == "unit_review" and entry["decision"] in ("approve_refusal", "veto_rejected")
            decided = decided or (entry["step"] == "escalation_result" and entry["decision"] != "guidance")
            if i > proposed and decided and met is None:
                met = i
        stop = self.stop(proposed, met)
        due, _, _ = self.replay(index, day, self.track_at(index), stop)
        self.add("approval", number, day, due, since=proposed, met=met, upto_pauses=self.pauses(stop))

    def filing(self) -> None:
        if (self.value.get("entry") or {}).get("mode") == "migrated":
            return
        number = 0
        for i, entry in enumerate(self.log):
            if entry["step"] != "veto_proposed":
                continue
            number += 1
            filed = self.first(i, "filed")
            known = [self.log[filed]["day"]] if filed is not None else []
            if self.arrivals is not None and self.arrivals[entry["n"] - 1] is not None:
                known.append(self.arrivals[entry["n"] - 1])
            self.add(
                "filing", number, entry["day"], self.days.roll(entry["day"]), since=i,
                met_on=min(known) if known else None, unattested=self.arrivals is None,
            )  # fmt: skip

    def marks(self) -> None:
        for i, entry in enumerate(self.log):
            if entry["step"] == "consulted":
                for unit in entry["units"]:
                    self.add(
                        "consult", self.round_of(i), entry["day"], self.days.roll(to_day(entry["reply_by"])), since=i,
                        met=self.first(i, "consult_answered", unit=unit), of=unit, binding=False,
                    )  # fmt: skip
        for number, (index, _) in enumerate(self.rounds, 1):
            following = self.next_round(index)
            conferred = self.first(index, "conferred", consensus=False)
            if conferred is None or conferred > following:
                continue
            seventh = walk(self.days, self.start, LIMITS["escalate"], [])
            next_day = walk(self.days, self.log[conferred]["day"], LIMITS["escalate_after_conferred"], [])
            assert seventh is not None
            assert next_day is not None
            self.add(
                "escalate", number, self.start, max(seventh, next_day), since=index,
                met=self.first(index, "escalated"), binding=False,
            )  # fmt: skip

    def deliver(self) -> None:
        licence = self.value["matter"].get("licensing") and self.value.get("accepted")
        for number, (index, _) in enumerate(self.rounds, 1):
            following = self.next_round(index)
            answered = self.first(index, "answered")
            if answered is None or answered > following:
                continue
            entry = self.log[answered]
            vetoed = any(e["step"] == "veto_proposed" for e in self.log[:answered])
            clock = "deliver" if entry["result"] == "refused" and vetoed else "licence_delivery"
            if clock == "deliver" or licence:
                due = walk(self.days, entry["day"], LIMITS[clock], [])
                met = self.first(answered, "delivered", copy="applicant")
                self.add(clock, number, entry["day"], due, since=answered, met=met)

    def review(self, over: int | None = None) -> None:
        for item in self.suspensions():
            if item["begin"] > self.today or (over is not None and item["index"] > over):
                continue
            begin, index = item["begin"], item["index"]
            while index is not None:
                entry = self.log[index]
                due = walk(self.days, begin, LIMITS["review"], [])
                if "review_by" in entry:
                    due = self.days.roll(to_day(entry["review_by"]))
                following = self.first(index, "review_extended")
                if following is not None and item["closed"] is not None and following > item["closed"]:
                    following = None
                met = following
                if met is None and item["closed"] is not None and self.log[item["closed"]]["step"] == "resumed":
                    met = item["closed"]
                self.add("review", self.round_of(item["index"]), None, due, since=index, met=met)
                index, begin = following, self.log[following]["day"] if following is not None else begin

    def licence(self) -> None:
        if not self.value["matter"].get("licensing"):
            return
        accepted = to_day(self.value["accepted"]) if self.value.get("accepted") else None
        noticed = self.first(-1, "supplement_notice")
        if noticed is not None:
            start = min(self.start, accepted) if accepted else self.start
            due = walk(self.days, start, LIMITS["licence_notice"], [])
            self.add("licence_notice", 1, start, due, since=-1, met_on=self.log[noticed]["day"])
        if accepted is None or accepted > self.today:
            return
        since = max(index for index, _ in self.rounds if index < 0 or self.log[index]["at"] <= self.value["accepted"])
        met = self.first(since, "answered")
        stop = self.stop(since, met)
        n = LIMITS["licence_decision"]
        for i, entry in enumerate(self.log):
            if entry["step"] == "extended" and entry.get("approver") and (stop is None or i < stop):
                due = walk(self.days, accepted, n, self.pauses(stop, waiting=True))
                if due is not None and entry["day"] <= due:
                    n = max(n, min(self.counted_to(accepted, to_day(entry["until"]), i), 20 + 10))
        pauses = self.pauses(stop, waiting=True)
        due = walk(self.days, accepted, n, pauses)
        self.add("licence_decision", 1, accepted, due, since=since, met=met, upto_pauses=pauses)

    def counted_to(self, start: date, until: date, index: int) -> int:
        """How many days of a limit are counted up to a named day (moved off a rest day), as the entry named it."""
        n, day = 0, start
        while day < self.days.roll(until):
            day += DAY
            n += self.days.works(day) and not is_paused(day, self.pauses(index, waiting=True))
        return n

    def complaint(self) -> None:
        n = LIMITS["complaint_complex" if self.value["complex"] is True else "complaint"]
        met = self.first(-1, "answered")
        stop = self.stop(-1, met)
        pauses = self.pauses(stop)
        due = walk(self.days, self.start, n, pauses)
        self.add("complaint", 1, self.start, due, since=-1, met=met, upto_pauses=pauses)
        self.review(stop)


def compute(
    days: Days, value: dict[str, Any], today: date, arrivals: list[date | None] | None = None
) -> list[dict[str, Any]]:
    """All clocks of one case or complaint, given as the plain mapping of its file (effective, without strikes)."""
    return Oracle(days, value, today, arrivals).compute()


# Where the contract leaves a choice, and what is done here. The same list, with grounds, is decision 0009; the ones
# marked (*) were first read otherwise here, and the engine's reading was taken over because the text allows both.
#
# Order and knowledge
# 1. Steps are sorted by time, ties keep the order of entry; "after" and "first of" mean that order.
# 2. What a later step says about the end of a suspension (resumed.from, also dated back) holds from the beginning.
# 3. A suspension that begins on a day to come stops nothing before that day.
# 4. A step that follows what met or ended a clock does not touch it any more: neither suspension nor extension
#    nor reclassification moves the due day of a clock that has stopped.
# Rounds
# 5. reopened adds no round only while the round opened by disputed has not ended; after an answer, withdrawal or
#    lapse in it, a reopening opens the next one (else a reopened case would have no reply clock).
# 6. A reply not met in its round is met by the first later step that meets it, whatever round that lies in.
# Reclassification
# 7. "Before the old limit ends" is judged by the reply clock of the round, on its due day still in time; under an
#    open suspension the limit has not ended. It is judged so even when the reply was met before (*).
# 8. It changes the clocks of the round it lies in, not those of earlier rounds that still run (*).
# 9. A shorter limit already past ends on the very day of reclassification, rest day or suspended day or not (*);
#    each reading of `reply` is judged by itself, and that day is provisional only if the shorter limit was (*).
# Suspension and interim
# 10. An ending closes a suspension with the day before; so answering a suspended case gives its reply a due day.
# 11. `interim` is owed when at the end of a day of its limit, before the round was replied to, the class was not
#     general or the case stood suspended; a resumption dated back does not undo that. An interim reply given
#     earlier in the round meets it (*).
# 12. With no due day both readings are `suspended`; within a closed suspension a clock with a due day is, too.
# Approval, filing, marks
# 13. Only a decision after the round's first veto_proposed stops `approval`; it may lie in a later round.
# 14. `filing` is met by the first `filed` after its veto_proposed or by the receipt, whichever day is earlier.
# 15. `escalate`: one clock a round, from the first conference without consensus; met by an escalation anywhere in
#     the round from its start on, or later (*). `consult`: one clock for each unit of each consulted.
# 16. `review`: met by resumed or by the review_extended that opens the next; without review_by 20 working days;
#     absent before the suspension begins; review_extended outside a suspension opens nothing (*).
# 17. `deliver` follows a refusal after any veto_proposed before it, in whatever round; one clock a round, from its
#     first answer (*). It may be met after the case was reopened. The same for `licence_delivery`.
# Licences
# 18. `licence_decision` is absent before accepted; what meets or ends it is looked for from the start of the round
#     in which it was accepted.
# 19. An extension needs its approver and must be made before the limit ended. It is the number of days counted up
#     to `until` (moved off a rest day), at least 20 and at most 30, so that a later suspension moves its date.
# Complaints
# 20. A suspension stops the clock, withdrawn and voided end it, as with cases; and it has its `review`, like theirs,
#     but for one begun after the end: a complaint has no second round that it could stop.
