"""The sample day of the design: Saturday 2026-10-10, a make-up working day, as views for the templates."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from noveto import words
from noveto.calendar import Calendar
from noveto.site import charts
from noveto.site.caseviews import Box, CaseView, ClockLine, Moment, Similar
from noveto.site.views import (
    Built,
    CaseRow,
    Cell,
    Chip,
    Choice,
    Figure,
    Holder,
    Home,
    OpenList,
    Period,
    Table,
    UnitLine,
)

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 10, 10)


def built() -> Built:
    return Built(
        at=datetime(2026, 10, 10, 8, 30),
        today=TODAY,
        calendar=Calendar.load(ROOT / "records/calendar"),
        known_through=date(2026, 12, 19),
        version="3f2a91c",
        rules="规则 2026-03-01 版",
        checked="10-10 08:35",
        help_phone="8100",
    )


def rows() -> tuple[CaseRow, ...]:
    cal = built().calendar

    def row(key, due, matter, track, stage, org, name, ext, note="", marks=(), review=None, tags=()):
        status = words.suspended(cal, review, TODAY) if review else words.running(cal, due, TODAY)
        return CaseRow(
            id=key,
            url=f"cases/{key.split('-')[1][:4]}/{key.split('-')[1][4:6]}/{key}.html",
            status=status,
            due=due,
            matter=matter,
            track=track,
            stage=stage,
            holders=(Holder(org, name, ext, note),),
            marks=marks,
            tags=tags,
        )

    d = date
    late_mark = words.mark(cal, d(2026, 10, 8), TODAY)
    return (
        row(
            "rsj-20260922-01",
            d(2026, 9, 30),
            "灵活就业人员补缴养老保险",
            "特殊",
            "单位审核",
            "人社局",
            "王主任",
            "8001",
        ),
        row(
            "wjw-20260928-01",
            d(2026, 10, 8),
            "卫生许可证（负责人证件过期）",
            "一般",
            "负责人意见",
            "卫健委窗口",
            "陈某",
            "8043",
        ),
        row(
            "zrzy-20260929-02",
            d(2026, 10, 9),
            "不动产更正登记（一证拆两证）",
            "一般",
            "待答复（改为办理）",
            "不动产窗口",
            "张某",
            "8020",
        ),
        row(
            "zrzy-20260918-01",
            d(2026, 10, 9),
            "历史遗留住宅小区首次登记",
            "跨部门",
            "提级会商",
            "市营商办",
            "",
            "8200",
            "首问仍是自然资源和规划局",
        ),
        row(
            "scjgj-20260930-01",
            d(2026, 10, 10),
            "食品经营许可（无人售货厨房柜）",
            "一般",
            "单位审核",
            "市场监管局",
            "李某",
            "8011",
        ),
        row("jtj-20261008-01", d(2026, 10, 12), "教培机构迁址", "一般", "负责人意见", "教体局窗口", "周某", "8035"),
        row(
            "gjj-20260923-01",
            d(2026, 10, 14),
            "商业贷款转公积金贷款",
            "跨部门",
            "征询中 1/2 已回",
            "住建局",
            "赵某",
            "8062",
            marks=(late_mark,),
        ),
        row(
            "sthj-20260827-01",
            None,
            "排污口设置论证",
            "跨部门",
            "专家论证（中止）",
            "生态环境局",
            "孙某",
            "8051",
            review=d(2026, 10, 16),
            tags=("补录 晚 2 个工作日入库",),
        ),
    )


def home() -> Home:
    def unit(name, key, *cells, quiet=False):
        texts = [str(cell) for cell in cells]
        levels = ["", "late" if texts[1] != "0" else "", "today" if texts[2] != "0" else "", "", ""]
        return UnitLine(
            name,
            f"units/{key}.html",
            tuple(Cell(text, f"units/{key}/x.html", level) for text, level in zip(texts, levels, strict=True)),
            quiet,
        )

    return Home(
        figures=(
            Figure(
                "已超期",
                "4",
                "昨日 3，最长 3 个工作日",
                "cases/open/late.html",
                "late",
                dues="2026-09-30 2026-10-08 2026-10-09*2 2026-10-10",
                count="late",
            ),
            Figure("今日到期", "1", "下班前须答复", "cases/open/today.html", "today"),
            Figure("本月登记", "14", "上月同期 12", "stats/2026-10.html"),
            Figure("不同意否决·改为办理", "2 / 3", "上月 5 / 8", "stats/2026-10.html"),
            Figure("办成", "9 / 11", "办结 11 件", "stats/2026-10.html"),
        ),
        urgent=rows()[:5],
        urgent_total=5,
        dues="2026-09-30 2026-10-08 2026-10-09*2 2026-10-10 2026-10-12*4",
        open_total=32,
        units=(
            unit("自然资源和规划局", "zrzy", 9, 2, 0, 1, "12 / 15"),
            unit("人力资源和社会保障局", "rsj", 7, 1, 0, 2, "9 / 11"),
            unit("卫生健康委员会", "wjw", 3, 1, 0, 0, "6 / 7"),
            unit("市场监督管理局", "scjgj", 6, 0, 1, 0, "14 / 14"),
            *(
                unit(name, key, 1, 0, 0, 0, "3 / 3", quiet=True)
                for name, key in (("教育体育局", "jtj"), ("住房公积金中心", "gjj"), ("生态环境局", "sthj"))
            ),
        ),
    )


def open_list() -> OpenList:
    several = tuple(row._replace(id=f"{row.id[:-2]}{n:02}") for n in (1, 2, 3) for row in rows())
    return OpenList(
        title="在办与超期",
        rows=tuple(sorted(several, key=lambda r: r.due or date.max)),
        total=32,
        chips=(
            Chip("all", "全部", "", 32, "open.html", on=True),
            Chip("late", "已超期", "st-late", 4, "open/late.html"),
            Chip("today", "今日到期", "st-today", 1, "open/today.html"),
            Chip("next", "下一工作日", "st-soon", 4, "open/next.html"),
            Chip("mark", "该催了", "st-soon st-mark", 1, "open/mark.html"),
            Chip("stop", "中止", "st-stop", 1, "open/stop.html"),
            Chip("prov", "暂定", "", 0, "open/prov.html"),
        ),
        choices=(
            Choice("单位", "unit", (("", "全部"), ("rsj", "人社局"))),
            Choice("大厅", "hall", (("", "全部"), ("city", "市政务服务大厅"))),
            Choice("类别", "track", (("", "全部"), ("一般", "一般"))),
            Choice("环节", "stage", (("", "全部"), ("单位审核", "单位审核"))),
        ),
        csv="api/open.csv",
    )


def case() -> CaseView:
    cal = built().calendar
    return CaseView(
        id="gjj-20260923-01",
        matter="商业贷款转公积金贷款",
        status=words.running(cal, date(2026, 10, 14), TODAY),
        lead="10 月 14 日 周三 下班前答复申请人",
        holder="住建局 赵某（8062），应 10-08 回复，已迟 2 个工作日",
        crumbs=(("办件", "../../open.html"), ("在办与超期", "../../open.html")),
        tags=("跨部门",),
        actions=(("办下一步", "#"), ("催住建局", "#"), ("打印登记表", "#"), ("更正", "#")),
        clocks=(
            ClockLine(
                "提交研究", "1 个工作日", date(2026, 9, 24), words.met(date(2026, 9, 23), TODAY), "通知三（三）", "#"
            ),
            ClockLine(
                "报备", "当天", date(2026, 9, 23), words.met(date(2026, 9, 23), TODAY), "通知四（三）", "#", "有回执"
            ),
            ClockLine(
                "阶段答复", "3 个工作日", date(2026, 9, 29), words.met(date(2026, 9, 29), TODAY), "通知三（三）", "#"
            ),
            ClockLine(
                "答复（跨部门）",
                "10 个工作日",
                date(2026, 10, 14),
                words.running(cal, date(2026, 10, 14), TODAY),
                "通知四（二）",
                "#",
                bar=(7, 10),
                derivation=(
                    "09-23 登记当日不计 · 09-24 第 1 日 · 09-25 至 27 中秋节不计 · 09-28、29、30 第 2、3、4 日 · "
                    "10-01 至 07 国庆节不计 · 10-08、09 第 5、6 日 · 10-10 周六（调休上班）第 7 日 · 10-11 周日不计 · "
                    "10-12、13、14 第 8、9、10 日 → 到期 10-14 周三"
                ),
            ),
            ClockLine(
                "征询回复（住建局）",
                "第 5 个工作日",
                date(2026, 10, 8),
                words.mark(cal, date(2026, 10, 8), TODAY),
                "内控，不计超期",
                binding=False,
            ),
            ClockLine(
                "提级会商",
                "第 7 个工作日",
                TODAY,
                words.mark(cal, TODAY, TODAY),
                "内控，不计超期",
                binding=False,
            ),
        ),
        boxes=(
            Box("报备单位", "住房公积金中心"),
            Box("日期", "2026-09-23"),
            Box("承办窗口", "公积金 2 号窗口"),
            Box("经办人", "吴某"),
            Box("被否定对象", "王**（个人）"),
            Box("联系方式", "138****1111"),
            Box("事项名称", "商业贷款转公积金贷款", was="商转公", why="更正 10-09，写漏"),
            Box("受理日期", "2026-09-23"),
            Box("基本情况", "房产证楼栋号与银行备注不一致，两家都说以对方为准，来人跑了三趟。", wide=True),
            Box(
                "理由及依据",
                "跨部门职责不清、意见不一；数据未共享或不一致。\n《住房公积金管理条例》第二十六条（已公布）",
                wide=True,
            ),
            Box("窗口负责人意见", "", wide=True),
            Box("单位审核意见", "", wide=True),
            Box("提级办理情况", "无", wide=True),
            Box("备注", "编号 gjj-20260923-01", wide=True),
        ),
        moments=(
            Moment("09-23 10:12", "登记", "吴某"),
            Moment("09-23 10:20", "提交研究 → 何主任", "吴某"),
            Moment("09-23 11:05", "征询住建局、不动产登记中心", "何主任", ("问：楼栋号以哪份为准？请 10-08 前回",)),
            Moment("09-28 16:40", "不动产登记中心：同意", "钱某", ("以登记簿为准。",)),
            Moment("09-29 15:00", "阶段答复：10-14 前答复，电话告知", "吴某", tags=("补录 晚 2 个工作日入库",)),
            Moment("10-09 09:05", "更正 事项名称：商转公 → 商业贷款转公积金贷款", "吴某"),
            Moment("10-10 08:35", "督办住建局", "中心 郑某"),
            Moment("现在", "等 住建局 回复", now=True),
        ),
        similar=(
            Similar(
                "gjj-20260512-02",
                "cases/2026/05/gjj-20260512-02.html",
                words.outcome("协调办成", good=True),
                "楼栋号不一致",
                "住建局出更名说明",
                6,
                ("楼栋号", "备注", "不一致"),
            ),
            Similar(
                "zrzy-20260318-01",
                "cases/2026/03/zrzy-20260318-01.html",
                words.outcome("办成", good=True),
                "房屋坐落更正",
                "",
                4,
                ("楼栋号", "坐落"),
            ),
            Similar(
                "gjj-20251103-01",
                "cases/2025/11/gjj-20251103-01.html",
                words.outcome("不能办（已批准）", good=False),
                "异地贷款转入",
                "",
                9,
                ("贷款", "公积金"),
            ),
        ),
        similar_done=2,
        history=("09-23 10:21 入台账（登记、提交研究）", "09-23 11:06 入台账（征询）", "10-09 09:06 入台账（更正）"),
        guides=(("跨部门怎么办", "../../../guide/clerk.html"), ("阶段答复怎么说", "../../../guide/clerk.html")),
    )


REASONS = (
    ("法规不明确或空白", 13),
    ("跨部门职责不清、意见不一", 9),
    ("数据未共享或不一致", 7),
    ("历史遗留", 5),
    ("材料不齐或不规范", 4),
    ("不符合法定条件", 3),
    ("系统故障", 3),
    ("政策调整过渡", 2),
)


def period() -> Period:
    def line(*cells):
        return tuple(Cell(str(cell), "#") for cell in cells)

    late = tuple(row for row in rows()[:4])
    return Period(
        title="2026 年 9 月统计",
        lead="9 月 1 日至 30 日登记的件，截至 10-10 08:30。未到期又未办结的不进比率。",
        state="核对中，10-15 定稿",
        links=(("‹ 8 月", "#"), ("10 月 ›", "#"), ("月", ""), ("季", "#"), ("年", "#")),
        downloads=(("通报初稿 docx", "#"), ("xlsx", "#"), ("csv", "#")),
        figures=(
            Figure("登记", "46", "8 月 41", "#"),
            Figure("提出否决", "8", "8 月 11", "#"),
            Figure("不同意否决·改为办理", "5 / 8", "8 月 4 / 11", "#"),
            Figure("按时答复", "38 / 44", "8 月 33 / 40", "#"),
            Figure("提级会商", "1 / 6", "8 月 0 / 4", "#"),
        ),
        table=Table(
            head=(
                ("单位", False),
                *(
                    (name, True)
                    for name in ("登记", "提出否决", "改为办理", "按时报批", "按时答复", "用时中位", "补录")
                ),
            ),
            rows=(
                line("住房公积金中心", 9, 3, 2, "9 / 9", "8 / 8", "4 日", 0),
                line("市场监督管理局", 12, 2, 1, "12 / 12", "10 / 11", "2 日", 1),
                line("人力资源和社会保障局", 10, 1, 0, "10 / 10", "8 / 10", "3 日", 2),
                line("自然资源和规划局", 11, 2, 2, "10 / 11", "9 / 11", "6 日", 3),
                line("卫生健康委员会（不足 5 件）", 4, 0, 0, "4 / 4", "3 / 4", "2 日", 1),
            ),
            total=line("合计", 46, 8, 5, "45 / 46", "38 / 44", "3 日", 7),
        ),
        note="按时答复 38 / 44 = 86 %（件数少，可信范围 73 % 至 94 %）；1 件未到期、1 件今日到期，没有计入。按自然日口径 36 / 44。",
        late=late,
        reasons=REASONS,
        reasons_total=46,
        repeats=(
            ("灵活就业补缴（4 次）", "已立改进项 gj-2026-015，王主任，10-31 前", "improvements/2026/gj-2026-015.html"),
            ("楼栋号不一致（3 次）", "还没立项", ""),
        ),
        terms=(("按时答复", "到期日及以前答复的件，除以应答复的件（按时、迟办、超期未办三者之和）。"),),
        charts={
            "reasons": charts.with_table(charts.bars(REASONS, title="9 月 46 件卡在哪里"), ("原因", "件"), REASONS),
        },
    )
