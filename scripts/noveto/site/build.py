"""Building the site: frame, case pages, lists, and beside them the statistics."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from noveto.checks.run import hold_errors
from noveto.clocks.recipe import open_recipe
from noveto.ledger import Ledger, code_digest
from noveto.similar.corpus import text_recipe
from noveto.site.alike import RECENT_DAYS, alike, alike_key
from noveto.site.aside import Aside
from noveto.site.calendardata import calendar_data, calendar_script
from noveto.site.casebuild import case_path
from noveto.site.complaintlinks import complaints_by_case
from noveto.site.complaintpages import complaint_pages
from noveto.site.data import SiteData
from noveto.site.early import Early
from noveto.site.exports import downloads, export_files
from noveto.site.facts import facts_recipe
from noveto.site.framecache import STATISTICS_SHELLS, USED_SHELLS, Progress, Shells, site_frame
from noveto.site.healthpages import health_pages
from noveto.site.improvementpages import improvement_pages
from noveto.site.listpages import Page, home_page, open_pages
from noveto.site.manifest import Output, Part, digest
from noveto.site.matterpages import matter_pages
from noveto.site.pagewriter import PageWriter
from noveto.site.placepages import place_pages
from noveto.site.render import Renderer
from noveto.site.searchpages import search_files, search_pages
from noveto.site.shell import Shell
from noveto.site.shells import SHELLS
from noveto.site.stamping import Job, Stamping
from noveto.site.standins import desk_pages
from noveto.site.statsbuild import write_statistics
from noveto.statistics.gather import recipe as statistics_recipe


@dataclass(frozen=True, slots=True)
class Summary:
    """What a build did."""

    pages: int
    cases: int
    stamped: int
    written: int
    removed: int
    quarantined: int
    framed: bool


def build_site(
    root: Path,
    out: Path,
    *,
    today: date,
    now: datetime,
    progress: Progress = lambda *_: None,
    full: bool = False,
    desk: bool = False,
    jobs: int = 0,
) -> Summary:
    """Build the site of the ledger in ``root`` into the folder ``out``.

    ``full`` writes every page anew; ``desk`` puts buttons that lead to the desk. Raises UserError when the
    ledger or the frame cannot be used.
    """
    with Ledger.open(root, progress=progress) as ledger:
        progress("读台账", 0, 0)
        data = SiteData(ledger, today, now, desk=desk)
        renderer = Renderer(data.built)
        jobs = jobs or ledger.jobs
        with site_frame(data, progress) as (folder, framed):
            shells = Shells(folder)
            output = Output(out, full=full)
            writer = PageWriter(output, shells, renderer, f"{_base_key(data, shells['case'])} {today}", progress)
            job = Job(root, out, today, data.built, shells["case"], desk)
            early = _read(data, None if output.before else Early(job, today - timedelta(days=RECENT_DAYS)))
            data.read()  # once for the process beside this one too
            with Aside(partial(_statistics, data, writer), fork=jobs > 1) as statistics:
                _copy_frame(folder, output)
                _assets(data, output)
                stamped, stamping = _cases(data, output, job, early, progress, jobs=jobs)
                with stamping:
                    stamp = partial(progress, "写办件页")
                    if not stamping.pooled:  # few: they are there before the lists that name them
                        stamping.finish(lambda done: stamp(done, stamped))
                    progress("写查询用的数据", 0, 0)
                    search_files(data, output, folder)
                    for page in _pages(data, renderer):
                        writer.put(page)
                    stamping.finish(lambda done: stamp(done, stamped))
                progress("算统计", 0, 0)
                pages = writer.pages + output.take(statistics.result(progress))
            output.finish()
        return Summary(pages, len(data.facts), stamped, output.written, output.removed, len(ledger.quarantined), framed)


def _read(data: SiteData, early: Early | None) -> frozenset[str]:
    """Read every record and work out all that is asked of it; return the paths of the cases stamped by the way.

    What may not be shown is known first: no page of it is ever written.
    """
    ledger, made = data.ledger, data.ledger.context
    hold_errors(ledger, data.today, history=True)
    wanted = facts_recipe(made), text_recipe(), open_recipe(made), statistics_recipe(made)
    held = frozenset(item.path for item in ledger.quarantined)
    return frozenset(ledger.prepare(*wanted, companion=replace(early, held=held) if early else None))


def _statistics(data: SiteData, writer: PageWriter, progress: Progress) -> Part:
    """Write 统计, in whichever process: with a connection to the ledger and a list of files of its own."""
    with data.ledger.again() as ledger:
        output = writer.output.part()
        own = PageWriter(output, writer.shells, writer.renderer, writer.basis, lambda *_: None)
        shells = " ".join(writer.shells[name].digest for name in STATISTICS_SHELLS)
        write_statistics(data.over(ledger), own, shells, progress)
        return output.after, output.written, own.pages


def _pages(data: SiteData, renderer: Renderer) -> Iterator[Page]:
    """Yield every page but the cases; the home page last, when all it links to is there."""
    yield from complaint_pages(data, renderer)
    yield from improvement_pages(data, renderer)
    yield from matter_pages(data, renderer)
    yield from desk_pages(data, renderer)
    yield from health_pages(data, renderer, data.ledger.quarantined, downloads(data))
    yield from search_pages(data, renderer)
    yield from place_pages(data, renderer)  # from here on with figures, which the process beside has worked out by now
    yield from open_pages(data, renderer)
    yield home_page(data, renderer)


# -- frame -----------------------------------------------------------------------------------------------------


def _copy_frame(folder: Path, output: Output) -> None:
    """Copy guides and assets; shells and pages that are stamped stay behind."""
    shells = {SHELLS[name].built for name in USED_SHELLS}
    skip = {"sitemap.xml", "sitemap.xml.gz", "assets/noveto-built.js", "assets/noveto-calendar.js"}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or name in shells or name in skip or "/lunr/" in name or name.endswith(".map"):
            continue
        content = path.read_bytes()
        output.put(name, _finished(content) if name.endswith(".html") else content)


def _finished(page: bytes) -> bytes:
    from noveto.site.csp import with_policy
    from noveto.site.shell import squeeze

    return with_policy(squeeze(page))


def _assets(data: SiteData, output: Output) -> None:
    """Write what the scripts need: the calendar, and when and from what the site was built."""
    built = data.built
    info = {
        "at": built.at.isoformat(timespec="minutes"),
        "today": built.today.isoformat(),
        "version": built.version,
        "help": built.help_phone,
        "checked": built.checked,
        "desk": data.desk,
    }
    text = json.dumps(info, ensure_ascii=False, separators=(",", ":"))
    output.put("assets/noveto-built.js", f"window.NOVETO_BUILT={text};\n".encode())
    output.put("assets/noveto-calendar.js", calendar_script(data.calendar).encode())
    output.put("api/v1/calendar.json", _json({"api": 1} | calendar_data(data.calendar)))
    output.put("api/v1/rules.json", _json(_rules(data)))
    for path, content in export_files(data):
        output.put(path, content)


def _rules(data: SiteData) -> dict[str, object]:
    return {
        "api": 1,
        "sha256": data.rules.digest,
        "entries": [
            {
                "from": item.since.isoformat(),
                "cite": item.cite,
                "limits": {
                    name: {"days": rule.days, "unit": "calendar_days" if rule.calendar_days else "workdays",
                           "cite": rule.cite}
                    for name, rule in item.limits.items()
                },
            }
            for item in data.rules.sets
        ],
    }  # fmt: skip


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


# -- cases -----------------------------------------------------------------------------------------------------

PAGE_CODE = (
    "noveto.site", "noveto.words", "noveto.clocks", "noveto.calendar", "noveto.records", "noveto.statistics",
)  # fmt: skip


def _cases(
    data: SiteData, output: Output, job: Job, early: frozenset[str], progress: Progress, *, jobs: int
) -> tuple[int, Stamping]:
    """Begin to stamp the case pages whose content, shell or configuration changed; those of open cases once a day.

    The page of a case stamped ``early`` has neither similar cases nor complaints.
    """
    base = _base_key(data, job.shell)
    stands = data.stands
    progress("找类似的件", 0, 0)
    similar = alike(data)
    complaints = complaints_by_case(record.complaint for record in data.complaints)
    waiting: list[tuple[str, bool]] = []
    for name, (path, _, _) in data.facts.items():
        key, plain = f"{base}{stands[name]}", path not in similar and name not in complaints
        if not plain:
            key += digest(f"{alike_key(similar, path)} {complaints.get(name, '')}".encode())
        target = case_path(name)
        if not output.fresh(target, key) and not (plain and path in early):
            waiting.append((path, target in output.before or path in early))
    stamped = len(early.union(path for path, _ in waiting))
    output.written += stamped
    job = replace(job, similar=similar, complaints=complaints)
    return stamped, Stamping(job, data.ledger, waiting, jobs=jobs)


def _base_key(data: SiteData, shell: Shell) -> str:
    """Everything a case page depends on besides its record and, while it is open, the day."""
    parts = (
        shell.digest,
        code_digest(*PAGE_CODE),
        data.calendar.digest,
        data.rules.digest,
        data.ledger.schemas.digest,
        data.registry.digest,
        str(data.today.year),
        str(data.desk),
        str(data.ledger.receipts),
    )
    return digest(" ".join(parts).encode())
