"""One standing issue an overdue case, on three kinds of forges, whatever fails in between."""

import contextlib
from dataclasses import replace
from datetime import datetime

import pytest
from tests.warnings.forge_service import TOKEN, ForgeService

from noveto.warnings import gather, http
from noveto.warnings.config import ForgeSetting
from noveto.warnings.forges import ForgeError, open_forge
from noveto.warnings.issues import Wanted, case_of, sync, wanted

KINDS = ["gitea", "gitlab", "github"]


@pytest.fixture(params=KINDS)
def service(request):
    made = ForgeService(request.param)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def short_patience(monkeypatch):
    monkeypatch.setattr(http.request, "__kwdefaults__", {**http.request.__kwdefaults__, "timeout": 0.25})


def forge(service, token=TOKEN):
    url = service.url + ("/" if service.kind == "gitea" else "")
    return open_forge(ForgeSetting(service.kind, url, "sjj/ledger", "T"), token, sleep=lambda _: None)


def want(count, level="head", late=1):
    for n in range(count):
        case = f"zrzy-20260929-{n:02}"
        mark = f"<!-- noveto:level={level} due=2026-10-09 -->"
        body = f"<!-- noveto:case={case} level={level} -->\n**已超期 {late} 个工作日**"
        yield Wanted(case, level, f"自规局 {case}", body, f"{mark}\n转", mark)


def standing(service):
    return sorted(one["title"] for one in service.issues.values() if one["open"])


def test_opened_kept_raised_closed(service):
    first = sync(forge(service), want(3))
    assert len(first.opened) == 3
    assert all(one["labels"] == ["超期"] for one in service.issues.values())

    assert sync(forge(service), want(3)).edited == []
    writes = len([one for one in service.requests if one[0] != "GET"])
    sync(forge(service), want(3))
    assert len([one for one in service.requests if one[0] != "GET"]) == writes, "nothing new, nothing written"

    second = sync(forge(service), want(3, late=2))
    assert len(second.edited) == 3
    assert second.raised == []
    assert not any(service.comments.values()), "the same level is no news"

    third = sync(forge(service), want(3, "leader", 3))
    assert len(third.raised) == 3
    assert [len(texts) for texts in service.comments.values()] == [1, 1, 1]

    last = sync(forge(service), want(1, "leader", 3))
    assert len(last.closed) == 2
    assert len(standing(service)) == 1
    assert len(service.issues) == 3


def test_an_overdue_again_case_gets_its_old_issue_back(service):
    sync(forge(service), want(2))
    sync(forge(service), [])
    assert standing(service) == []
    sync(forge(service), want(2, "leader", 2))

    assert len(standing(service)) == 2
    assert len(service.issues) == 2


def test_more_than_a_page(service):
    sync(forge(service), want(130))
    assert len(service.issues) == 130
    again = sync(forge(service), want(130))

    assert (again.opened, again.closed) == ([], [])
    assert len(service.issues) == 130


def test_other_people_s_issues_are_left_alone(service):
    service.labels[1] = "超期"
    service.add("大厅空调坏了", "请修", ["超期"])
    service.add("zrzy-20260929-00 怎么还没办？", "看 zrzy-20260929-00", [])
    if service.kind == "github":
        service.add("改代码", "<!-- noveto:case=zrzy-20260929-00 level=head -->", ["超期"], pull=True)
    before = [dict(one) for one in service.issues.values()]
    sync(forge(service), want(1))
    sync(forge(service), [])

    assert [dict(service.issues[n + 1]) for n in range(len(before))] == before


def test_without_the_label_gitea_lists_everything_and_nothing_of_it_is_taken(service):
    service.add("一般的事", "<!-- noveto:case=x-20260101-01 level=head -->", [])
    sync(forge(service), [])
    assert service.issues[1]["open"]


def test_an_issue_that_lost_its_label_gets_it_back_and_is_closed_in_the_end(service):
    sync(forge(service), want(1))
    service.issues[1]["labels"] = ["别的"]
    sync(forge(service), want(1))
    assert set(service.issues[1]["labels"]) == {"别的", "超期"}
    assert len(service.issues) == 1
    sync(forge(service), [])
    assert standing(service) == []


def test_two_runs_at_once_leave_one_issue_a_case(service):
    """Both looked before either had written; the next run closes the younger of the two."""
    one, other = forge(service), forge(service)
    seen = list(one.listed())
    one.listed = other.listed = lambda: iter(seen)
    one.search = other.search = lambda text: iter(())
    sync(one, want(2))
    sync(other, want(2))
    assert len(service.issues) == 4

    done = sync(forge(service), want(2))
    assert (done.opened, len(done.closed)) == ([], 2)
    assert [number for number, issue in service.issues.items() if issue["open"]] == [1, 2]
    assert sync(forge(service), want(2)).closed == []
    sync(forge(service), [])
    assert standing(service) == []


def test_a_search_that_lags_behind_makes_no_second_issue(service):
    sync(forge(service), want(2))
    service.indexed = 0
    sync(forge(service), want(2))
    assert len(service.issues) == 2


@pytest.mark.parametrize("fault", ["timeout", "500", "reset", "lost"])
def test_a_fault_at_every_request_is_made_up_for(service, fault):
    """Whatever single request fails, the next run leaves exactly one issue a case, at its level, commented once."""
    for step, wants in enumerate((list(want(3)), list(want(3, "leader", 2)), list(want(1, "leader", 3)))):
        total = max(6, 3 * len(wants) + 4)
        for position in range(0, total, 2 if fault == "timeout" else 1):
            saved = (
                {n: dict(one) for n, one in service.issues.items()},
                {n: list(t) for n, t in service.comments.items()},
            )
            service.faults = [None] * position + [fault]
            with contextlib.suppress(ForgeError):
                sync(forge(service), wants)
            service.faults = []
            done = sync(forge(service), wants)
            assert done.failed == []
            cases = [case_of_row(one) for one in service.issues.values() if one["open"]]
            assert sorted(cases) == sorted(one.case for one in wants), (fault, position)
            assert len(service.issues) == 3
            expected = 0 if step == 0 else 1
            assert [len(texts) for texts in service.comments.values()] == [expected] * 3, (fault, position)
            if position + 1 < total:
                service.issues, service.comments = saved
        sync(forge(service), wants)


def case_of_row(row):
    from noveto.warnings.forges import Issue

    return case_of(Issue(1, row["title"], row["body"], row["open"]))


def test_a_crash_after_half_the_issues_is_completed(service):
    done = iter(range(100))

    def dying(*args, original=http.request, **kwargs):
        if args[0] == "POST" and next(done) >= 6:
            raise KeyboardInterrupt
        return original(*args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("noveto.warnings.forges.base.request", dying)
        with pytest.raises(KeyboardInterrupt):
            sync(forge(service), want(10))
    assert 0 < len(service.issues) < 10
    rest = sync(forge(service), want(10))

    assert len(rest.opened) == 10 - (6 if service.kind != "gitea" else 5)
    assert len(service.issues) == 10
    assert len(standing(service)) == 10


@pytest.mark.parametrize("status", ["429", "403", "503"])
def test_waits_as_long_as_the_forge_asks(service, status):
    """GitHub's second limit answers 403 with the seconds to wait; a plain 403 is no reason to try again."""
    slept = []
    client = open_forge(ForgeSetting(service.kind, service.url, "sjj/ledger", "T"), TOKEN, sleep=slept.append)
    service.faults = [(status, {"Retry-After": "9"})]
    assert len(sync(client, want(1)).opened) == 1
    assert slept == [9.0]

    service.faults = [("403", {})]
    with pytest.raises(ForgeError, match="没有权限"):
        sync(client, want(2))


def test_a_forge_that_has_moved_is_not_followed(service):
    elsewhere = ForgeService(service.kind)
    service.faults = [("301", {"Location": elsewhere.url + "/"})]
    with pytest.raises(ForgeError, match="换了地址"):
        sync(forge(service), want(1))
    assert elsewhere.requests == []
    elsewhere.close()


def test_a_revoked_token_is_named_and_the_next_run_completes(service):
    sync(forge(service), want(2))
    service.revoked = True
    with pytest.raises(ForgeError, match="不认这个令牌") as caught:
        sync(forge(service), want(4))
    assert TOKEN not in str(caught.value)
    service.revoked = False
    sync(forge(service), want(4))
    assert len(standing(service)) == 4


def test_a_token_revoked_on_the_way_stops_at_once(service):
    original = service.authorised
    allowed = iter([True] * 6)
    service.authorised = lambda headers: original(headers) and next(allowed, False)
    done = sync(forge(service), want(10))

    assert done.failed
    assert len(done.failed) == 1, "no use asking for the rest"
    service.authorised = original
    sync(forge(service), want(10))
    assert len(standing(service)) == 10


def test_the_body_names_no_applicant_and_tells_who_has_it(world):
    basis, records = world
    now = datetime(2026, 10, 10, 8, 35)
    late = gather(records, basis, now).late
    made = list(wanted(late, basis, now))
    assert made
    names = {r.case.applicant.name for r in records if r.kind == "case"} - {""}
    for one in made:
        assert not [name for name in names if name in one.body + one.title]
        assert "- 承办：" in one.body
        assert one.body.startswith(f"<!-- noveto:case={one.case} level=")


def test_the_level_follows_the_ladder(world):
    basis, records = world
    now = datetime(2026, 10, 10, 8, 35)
    late = gather(records, basis, now).late[0]
    levels = [
        next(wanted([replace(late, item=replace(late.item, late=n))], basis, now)).level for n in (1, 2, 4, 5, 30)
    ]
    assert levels == ["head", "leader", "leader", "centre", "centre"]


def test_the_head_is_told_from_her_step_on(world, monkeypatch):
    basis, records = world
    now = datetime(2026, 10, 10, 8, 35)

    def told():
        return {one.item.id: set(one.item.people) for one in gather(records, basis, now).late if one.item.late == 1}

    early = told()
    late = gather(records, basis, now).late[0]
    monkeypatch.setitem(basis.rules.for_day(now.date()).ladder, "head", 2)
    later = told()
    assert early.keys() == later.keys()
    assert any(later[name] < early[name] for name in early)
    assert all(later[name] <= early[name] for name in early)
    first = next(wanted([replace(late, item=replace(late.item, late=1))], basis, now))
    assert (first.level, "- 已提醒到：经办人" in first.body) == ("holder", True)
