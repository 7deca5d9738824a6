"""Open cases of the last days, one for every stage and state: what a visitor of the demo should see.

The scenes stand in ``data/scenes.yml``, three items a scene: its head, its facts, its steps. A step is a word
with arguments: ``submit [to]`` · ``propose`` · ``opinion STANCE [text]`` · ``review DECISION DAY`` · ``consult
UNIT=STANCE … [question]`` (no stance: not answered yet) · ``interim`` · ``escalate TO DAY`` · ``suspend KIND
REVIEW`` and ``notice DAY DUE`` (both dates in working days from today) · ``received DAY`` · ``refuse DAY`` ·
``done DAY`` · ``redirect`` · ``urge`` · ``again STEP DAY`` · ``resume DAY`` · ``extend_review DAY REVIEW`` ·
``redact OLD NEW`` · ``act STEP WHO DAY [KEY=VALUE …]`` for the rest (WHO: clerk, head, leader, centre, bureau, admin;
a value may name a person so, too, or a day as ``+N``). Days count working days from the first day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from noveto.calendar import Calendar
from noveto.demo.acts import answer, how, told
from noveto.demo.corpus import read
from noveto.demo.life import Life

_DAY = timedelta(days=1)


class Days:
    """Days around today, counted in working days."""

    def __init__(self, calendar: Calendar, today: date) -> None:
        self.cal, self.today = calendar, today

    def ago(self, n: int, day: date | None = None) -> date:
        """Return the ``n``-th working day before ``day`` (today)."""
        found = day or self.today
        for _ in range(n):
            found = self.cal.previous_workday(found - _DAY)
        return found

    def at(self, offset: int) -> date:
        """Return the working day ``offset`` from today; 0 is today, or the next working day."""
        return self.cal.add_workdays(self.today, offset) if offset >= 0 else self.ago(-offset)

    def since(self, text: str) -> date:
        """Read ``ago N`` or ``due OFFSET LENGTH`` (the day on which a limit that ends then begins)."""
        word, *numbers = text.split()
        first, *rest = map(int, numbers)
        if word == "ago":
            return self.ago(first)
        end = self.at(first) if first >= 0 else self.ago(-first, self.cal.next_workday(self.today))
        return self.ago(rest[0], end)


@dataclass(frozen=True, slots=True)
class Scene:
    """One planted case: where, what, since when, why, what happened so far (``clerk`` where it matters)."""

    unit: str
    matter: str
    raised: date
    reasons: tuple[str, ...]
    track: str
    clerk: str
    facts: str
    steps: tuple[str, ...]
    days: Days

    def road(self, life: Life) -> None:
        """Live the case up to where it stands."""
        life.track = self.track
        actor = _Actor(life, self.days)
        for step in self.steps:
            word, *arguments = step.split(" ")
            act: Callable[..., None] = getattr(actor, word)
            act(*arguments)


def scenes(calendar: Calendar, today: date) -> list[Scene]:
    """Return the planted cases of a demo that ends on the morning of ``today``."""
    rows = read("scenes.yml")
    days = Days(calendar, today)
    return [
        Scene(
            head["unit"], head["matter"], days.since(head["since"]), tuple(head["reasons"].split()), head["track"],
            head.get("clerk", ""), facts, tuple(steps), days,
        )
        for head, facts, steps in zip(rows[0::3], rows[1::3], rows[2::3], strict=True)
    ]  # fmt: skip


class _Actor:
    """The steps of a scene, one method a word."""

    def __init__(self, life: Life, days: Days) -> None:
        self.life, self.days = life, days

    def _on(self, day: str) -> date:
        return self.life.day(int(day), self.life.raised.date())

    def submit(self, to: str = "") -> None:
        life = self.life
        life.add("submitted", life.clerk, life.soon(3), to=to or life.place.leader, text=life.say("submitted"))

    def propose(self) -> None:
        life = self.life
        basis = [{"title": "《行政许可法》", "article": "第三十八条", "published": True}]
        life.add(
            "veto_proposed", life.clerk, life.soon(3), to=life.place.leader, reason={"main": life.reasons[0]},
            grounds={"text": life.say("veto_grounds", "veto_grounds.any"), "basis": basis},
        )  # fmt: skip
        life.vetoed = True

    def opinion(self, stance: str, text: str = "") -> None:
        life = self.life
        words = text or life.say(f"window_opinion.{stance}")
        life.add("window_opinion", life.place.head, life.soon(120), stance=stance, text=words)

    def review(self, decision: str, day: str) -> None:
        life = self.life
        words = life.say(f"unit_review.{decision}")
        life.add("unit_review", life.place.leader, life.on(self._on(day)), decision=decision, text=words)

    def consult(self, *arguments: str) -> None:
        life = self.life
        units = dict(argument.split("=") for argument in arguments if "=" in argument)
        question = next((argument for argument in arguments if "=" not in argument), "") or life.say("consult_question")
        reply_by = self._on("5")
        life.add("consulted", life.clerk, life.soon(30), units=list(units), question=question, reply_by=f"{reply_by}")
        for number, (unit, stance) in enumerate(units.items(), 1):
            if stance:
                place = life.world.places[unit]
                clerk = place.clerk(life.rng, place.windows[0].id)
                life.add(
                    "consult_answered", clerk, life.on(self._on(str(number + 1))), unit=unit, stance=stance,
                    basis=life.say("consult.basis"), text=life.say(f"consult.{stance}"),
                )  # fmt: skip

    def interim(self) -> None:
        life = self.life
        promised = life.day(life.limit(), life.raised.date())
        words = life.say("interim_reply")
        life.add("interim_reply", life.clerk, life.on(self._on("3")), new_date=f"{promised}", text=words)

    def escalate(self, to: str, day: str) -> None:
        life = self.life
        life.add("escalated", life.place.leader, life.on(self._on(day)), to=to, reason=life.say(f"escalated.{to}"))

    def suspend(self, kind: str, review: str) -> None:
        life = self.life
        at = life.on(self._on("1"))
        first = life.cal.add_workdays(at.date(), 1)
        life.add(
            "suspended", life.place.leader, at, kind=kind, **{"from": f"{first}"}, approver=life.place.leader,
            reason=life.say("suspended.reason"), review_by=f"{self.days.at(int(review))}", applicant_told=True,
            document={"title": life.say("suspended.document"), "number": f"论〔{at.year}〕7号"},
        )  # fmt: skip

    def resume(self, day: str) -> None:
        life = self.life
        at = life.on(self._on(day))
        life.add("resumed", life.place.leader, at, **{"from": f"{at:%Y-%m-%d}"}, text=life.say("resumed"))

    def extend_review(self, day: str, review: str) -> None:
        life, leader = self.life, self.life.place.leader
        until = self.days.at(int(review))
        words = life.say("review_extended")
        life.add("review_extended", leader, life.on(self._on(day)), review_by=f"{until}", approver=leader, text=words)

    def redact(self, old: str, new: str) -> None:
        life = self.life
        admin = life.world.admins[0]
        act = life.add("redacted", admin, life.on(self._on("3")), field="facts", reason="误写了当事人姓名",
                       approver=life.place.leader)  # fmt: skip
        act.replace = (old, new)

    def _who(self, word: str) -> str:
        life = self.life
        people = {
            "clerk": life.clerk, "head": life.place.head, "leader": life.place.leader,
            "centre": life.world.supervisors[0], "bureau": life.world.analysts[0], "admin": life.world.admins[0],
        }  # fmt: skip
        return people.get(word, word)

    def act(self, step: str, who: str, day: str, *fields: str) -> None:
        life = self.life
        values: dict[str, Any] = {}
        for field in fields:
            key, _, value = field.partition("=")
            if value in ("true", "false"):
                values[key] = value == "true"
            elif value[:1] == "+" and value[1:].isdigit():
                values[key] = f"{self._on(value[1:])}"
            elif value == "EARLIER":
                if not life.earlier:
                    return
                values[key] = life.earlier
            elif key == "entry":
                values[key] = life.acts[int(value) - 1]
            else:
                values[key] = self._who(value) if key in ("to", "from", "approver") else value
        life.add(step, self._who(who), life.on(self._on(day)), **values)

    def notice(self, day: str, due: str) -> None:
        life = self.life
        at = life.on(self._on(day)) if int(day) else life.soon(20)
        life.add(
            "supplement_notice", life.clerk, at, items=["经营场所使用证明或承诺书", "授权委托书"], guide_given=True,
            due_by=f"{self.days.at(int(due))}", cause="first", text=life.say("supplement_text"),
        )  # fmt: skip

    def received(self, day: str) -> None:
        life = self.life
        words = life.say("supplement_received")
        life.add("supplement_received", life.clerk, life.on(self._on(day)), complete=True, text=words)

    def refuse(self, day: str) -> None:
        life = self.life
        date_of = self._on(day)
        licence = {
            "remedies": {"body": "池州市人民政府", "days": "60", "court": "贵池区人民法院"},
            "document": {"type": "不予许可决定书", "number": f"〔{date_of.year}〕12号", "date": f"{date_of}"},
        }
        life.add(
            "answered", life.clerk, life.on(date_of), result="refused", how=how(life), told_to=told(life),
            text=life.say("answered.refused"), **(licence if life.matter.licensing else {}),
        )  # fmt: skip

    def done(self, day: str) -> None:
        life = self.life
        words = life.say("answered.done")
        life.add(
            "answered", life.clerk, life.on(self._on(day)), result="done", how="in_person", told_to="self", text=words
        )

    def redirect(self) -> None:
        target = {"unit": "zwzx", "window": "zwzx-w01", "how": "到综合受理窗口"}
        answer(self.life, "redirected", redirect=target)

    def urge(self) -> None:
        life = self.life
        limit, supervisor = life.limit(), life.world.supervisors[0]
        promised = life.day(limit + 4)
        life.add(
            "note", supervisor, life.on(life.day(limit + 2)), kind="urged", to=life.place.leader,
            promised=f"{promised}", text="已超期，请今天答复申请人。",
        )  # fmt: skip

    def again(self, step: str, day: str) -> None:
        life = self.life
        life.add(step, life.clerk, life.on(self._on(day)), reason=life.say(step))
