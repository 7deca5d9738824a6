"""口径说明: what each figure is, in words. One catalogue for the command line, the site and the docs.

Keys are stable; I1-I22 are those of the monthly report (notice.md), N and X are additions. Every figure of a case is
attributed to the day the case was raised (出现无法当场答复情形), of a complaint to the day it was received, of an
improvement to the day it was opened, whatever happened when: a period's figures fill up as its cases end.
"""

from __future__ import annotations

from noveto.statistics.indicator import Indicator

_LEFT = "未到期又未办结的、中止的、因撤回等终止而不再适用的，不进比率"
_CLOCK = "按时办到的 ÷（按时 + 迟办 + 到期未办）。" + _LEFT + "；撤回、转信访、作废以前已经超期的照算"


def _late(key: str, name: str, what: str, cite: str, kind: str = "次") -> Indicator:
    return Indicator(key, key, name, "fraction", kind, f"{what}：{_CLOCK}。每一轮各算一次。", cite, 1)


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "I1",
        "I1",
        "登记",
        "count",
        "件",
        "期内登记的件数。作废的另列，不在其内；记录有误的另列，不在其内。",
        "通知三（三）",
    ),
    Indicator("I2", "I2", "提出否决", "count", "件", "登记的件里，至少报批过一次否决的件数。", "通知四（二）、（三）"),
    Indicator(
        "I3",
        "I3",
        "提出否决占登记",
        "fraction",
        "件",
        "提出否决的件数 ÷ 登记件数（只就本台账说）。高低都不加分、不扣分。",
        "通知四（三）",
    ),
    Indicator(
        "I4",
        "I4",
        "不同意否决·改为办理",
        "fraction",
        "次",
        "报批否决后定为改为办理的 ÷ 已经定下的（同意否决 + 改为办理）。还没定的不进比率；每一轮各算一次。",
        "通知四（二）",
        1,
    ),
    Indicator(
        "I5",
        "I5",
        "办成",
        "fraction",
        "次",
        "答复结果为办成的 ÷（办成 + 不能办）。指路、说明、撤回、逾期未补、转信访不进；重开的件，前一轮的结果照算。",
        "通知四（三）",
        1,
    ),
    _late("I6", "按时提交研究", "1 个工作日内提交单位研究", "通知三（三）"),
    _late("I7", "按时答复", "一般 3、特殊 5、跨部门 10 个工作日内答复申请人", "通知三（三）、四（二）"),
    _late("I8", "按时定下同不同意否决", "报批否决的，一般 3、特殊 5、跨部门 10 个工作日内定下", "通知四（二）"),
    _late(
        "I9",
        "按时答复（自然日口径）",
        "同“按时答复”，一般事项的 3 日按自然日读、末日遇休息日顺延；别的类别不变",
        "通知三（三）",
    ),
    Indicator(
        "I10",
        "I10",
        "答复用时",
        "spread",
        "工作日",
        "从登记（后几轮从这一轮起点）到答复的工作日数，中止的日子也算在内，因为申请人等了这么久。中位数和九成数"
        "（九成的答复不超过的天数）；还没答复的不进。",
        "通知五（一）",
        -1,
    ),
    Indicator(
        "I10.general", "I10", "答复用时（一般）", "spread", "工作日", "同“答复用时”，只算一般事项。", "通知四（二）", -1
    ),
    Indicator(
        "I10.special", "I10", "答复用时（特殊）", "spread", "工作日", "同“答复用时”，只算特殊事项。", "通知四（二）", -1
    ),
    Indicator(
        "I10.cross_department",
        "I10",
        "答复用时（跨部门）",
        "spread",
        "工作日",
        "同“答复用时”，只算跨部门事项。",
        "通知四（二）",
        -1,
    ),
    Indicator("N5", "N5", "一半时限内答复", "fraction", "次", "用时不超过规定天数一半的答复 ÷ 全部答复。", "通知五", 1),
    Indicator(
        "I11",
        "I11",
        "当天报备",
        "fraction",
        "次",
        "报批否决当天（休息日顺延）报备的 ÷（按时 + 迟报 + 到期未报）。没有回执不能证明的、迁移的老件不进。",
        "通知四（三）",
        1,
    ),
    Indicator(
        "I12",
        "I12",
        "一次告知",
        "fraction",
        "件",
        "最多发过一次补正告知的件数 ÷ 发过补正告知的件数。",
        "通知三（二）",
        1,
    ),
    _late("I13", "按时阶段答复", "特殊、跨部门和中止的，第 3 个工作日给申请人阶段答复", "通知三（三）、四（二）"),
    Indicator(
        "I14",
        "I14",
        "按时回复征询",
        "fraction",
        "次",
        "按约定日期回复的 ÷（按时 + 迟回 + 到期未回）。算在被征询单位名下，不算在首问单位名下；内控，不计超期。",
        "通知三（三）",
        1,
    ),
    Indicator(
        "I14.days",
        "I14",
        "征询回复用时",
        "spread",
        "工作日",
        "从征询到回复的工作日数，算在被征询单位名下。",
        "通知三（三）",
        -1,
    ),
    Indicator("I15", "I15", "跨部门提级", "fraction", "件", "提级过的跨部门件 ÷ 跨部门件。", "通知三（三）"),
    Indicator("I16", "I16", "中止", "count", "次", "中止计时的次数。", "通知四（二）"),
    Indicator(
        "I16.days",
        "I16",
        "中止时长",
        "spread",
        "工作日",
        "每次中止没有计时的工作日数。还在中止的不进。",
        "通知四（二）",
    ),
    Indicator(
        "I16.past",
        "I16",
        "按时复核中止",
        "fraction",
        "次",
        "到复核日以前恢复或者延长的 ÷（按时 + 过了复核日的）。",
        "通知四（二）",
        1,
    ),
    Indicator(
        "I17",
        "I17",
        "登记表完整",
        "fraction",
        "次",
        "14 个格子填全、三份送达都有的 ÷ 否决后答复不能办、送达已办或已到期的。提级栏没有提级可以空，备注可以空；"
        "市数据资源管理局核对认为不全的算不全。",
        "通知附件",
        1,
    ),
    Indicator(
        "I18",
        "I18",
        "反映属实",
        "fraction",
        "件",
        "属实和部分属实的 ÷ 已答复的反映。没有答复的不进。",
        "通知四（一）",
        -1,
        "complaint",
    ),
    Indicator(
        "I18.time",
        "I18",
        "按时答复反映",
        "fraction",
        "件",
        f"5 个工作日、复杂的 10 个工作日内答复：{_CLOCK}。",
        "通知四（一）",
        1,
        "complaint",
    ),
    Indicator(
        "I19",
        "I19",
        "回访满意",
        "fraction",
        "件",
        "回访说满意的 ÷ 回访到的（办件和反映都算，以最后一次回访为准）。",
        "通知五",
        1,
    ),
    Indicator("I19.reach", "I19", "回访面", "fraction", "件", "回访到的 ÷ 已答复的件和反映。", "通知五", 1),
    Indicator(
        "I20",
        "I20",
        "反复出现",
        "count",
        "件",
        "到期末 12 个月内，同一事项同一原因满 3 件的，其中期内登记的件数。这样的事应当立改进项。",
        "通知四（三）",
    ),
    Indicator(
        "I21",
        "I21",
        "改进项完成",
        "fraction",
        "项",
        "期内立项、已经完成的 ÷ 期内立项的。效果另列：改前改后同样长的时间里，同一事项同一原因各有几件。",
        "通知四（三）",
        1,
        "improvement",
    ),
    Indicator(
        "I22",
        "I22",
        "补录",
        "fraction",
        "件",
        "有一步晚于写明日期 1 个工作日以上才入台账的件数 ÷ 有回执的件数。看当初写的日期，不看更正；迁移的老件不进。",
        "通知三（三）",
        -1,
    ),
    Indicator(
        "X.voided",
        "X",
        "作废",
        "count",
        "件",
        "期内登记后作废的件数。不在登记数内，它们的时限仍按原样计入按时各项。",
        "",
    ),
    Indicator(
        "X.basis",
        "X",
        "否决有依据",
        "fraction",
        "次",
        "写了已公布依据的 ÷ 报批的否决。每一轮各算一次。",
        "通知三（一）",
        1,
    ),
    Indicator(
        "X.audit",
        "X",
        "抽查依据站得住",
        "fraction",
        "件",
        "抽查里两个人都看过、结论是“站得住”的 ÷ 已有结论的。“部分站得住”不算站得住；"
        "没有复核的、两个人看法不一样还没合议的，不进比率。",
        "通知五（四）",
        1,
    ),
    Indicator(
        "X.gap",
        "X",
        "法规不明确或空白",
        "count",
        "件",
        "原因为法规不明确或空白，或认定根本原因为法规空白的件数。",
        "通知三（三）",
    ),
    Indicator(
        "X.other",
        "X",
        "原因写“其他”",
        "fraction",
        "件",
        "主要原因写“其他”的 ÷ 登记件数。超过 10 % 时要补充原因代码。",
        "",
        -1,
    ),
    Indicator("X.proxy", "X", "代录", "fraction", "件", "有一步由别人代录的 ÷ 登记件数。", ""),
    Indicator(
        "X.unreached", "X", "未接通", "count", "次", "两天各联系过一次没有联系上，改用短信、邮寄或网上答复的。", ""
    ),
)

BY_KEY = {item.key: item for item in INDICATORS}

ATTRIBUTION = (
    "办件的各项都算在它登记（出现无法当场答复情形）的那一期，反映算在收到的那一期，改进项算在立项的那一期；"
    "时限状态看到计算的那一天。所以同一期的数会随办结补满，定稿以后用那天的版本重算，得到同样的数。"
)
GUARDS = "不足 5 件的只列件、不算率、不排名；登记少、否决少不加分。每个率都带 95 % 可信范围（Wilson）。"
