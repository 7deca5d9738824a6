"""A push, judged before it enters main: by the schema, rules and staff of the tip it would replace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from noveto.findings import make
from noveto.gitio import Repo
from noveto.history.mainpush import MainPush
from noveto.history.pushes import RECEIPTS, Update, Validate, Verdict, Who, main_ref, strangers
from noveto.history.rights import Rights
from noveto.ledger import Ledger


def check_push(repo: Repo, updates: Sequence[Update], who: Who, validate: Validate, today: date) -> Verdict:
    """Judge a push. Nothing is written; inside a pre-receive hook the quarantined objects are seen."""
    verdict = Verdict()
    main = main_ref(repo)
    for update in updates:
        if update.ref == RECEIPTS:
            if who.account not in who.bots:
                verdict.refused.append(make("NV542", ref=update.ref))
        elif update.ref.startswith("refs/replace/"):
            verdict.refused.append(make("NV546", ref=update.ref))
        elif update.ref == main:
            _check_main(repo, update, who, validate, today, verdict)
        elif update.new and update.ref.startswith("refs/heads/"):
            _check_branch(repo, update, who, main, verdict, today)
    return verdict


def _check_branch(repo: Repo, update: Update, who: Who, main: str, verdict: Verdict, today: date) -> None:
    """Check that the commits of a branch carry their pusher's name: what it merges is believed later."""
    tip = repo.rev_parse(main)
    if tip is None or who.account in who.desks:
        return
    with Ledger.open(repo.folder, at=tip) as ledger:
        verdict.refused += strangers(repo, [update.new], Rights(ledger.registry, ledger.steps), who, today)


def _check_main(repo: Repo, update: Update, who: Who, validate: Validate, today: date, verdict: Verdict) -> None:
    if not update.new or (update.old and not repo.is_ancestor(update.old, update.new)):
        verdict.refused.append(make("NV540", ref=update.ref, old=update.old[:10]))
        return
    commits = list(repo.first_parent_log(update.new, since=update.old or None, bodies=True))
    if update.old and commits and commits[0].parents[0] != update.old:
        verdict.refused.append(make("NV541", old=update.old[:10]))
        return
    if commits:
        with Ledger.open(repo.folder, at=update.old or update.new, jobs=1) as ledger, repo.cat_file() as cat:
            MainPush(repo, ledger, cat, update, who, validate, today, verdict).check(commits)
