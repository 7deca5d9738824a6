"""Catalogue entries NV3xx: references between records and the registry."""

from __future__ import annotations

from noveto.findings.catalogue.rule import Rule

_REGISTER = (
    "编号都在“数据 › 登记册”里，人员、窗口、单位有起止日期，按这一步发生的那天核对。登记册本身有错的，"
    "先改登记册，不算记录的错。"
)


def _missing(code: str, what: str) -> Rule:
    return Rule(
        code,
        "error",
        f"没有这个{what}",
        f"{{name}}写的是“{{value}}”，登记册里没有这个{what}。",
        f"请写登记册里{what}的编号。{{hint}}",
        explain=f"{what}要写登记册里的编号，不写名称。{_REGISTER}",
    )


def _expired(code: str, what: str, more: str = "") -> Rule:
    return Rule(
        code,
        "error",
        f"那天没有启用的{what}",
        "{name}写的是“{value}”（{called}），{day} 这天它不在用（{held}）。",
        "{hint}",
        explain=f"{what}在登记册里有启用和停用的日期，记录里的每一步要用当天在用的。{more}{_REGISTER}",
    )


RULES: tuple[Rule, ...] = (
    _missing("NV301", "单位"),
    _missing("NV302", "窗口"),
    _missing("NV303", "人员"),
    _missing("NV304", "事项"),
    _missing("NV305", "大厅"),
    Rule(
        "NV306",
        "error",
        "没有这一件",
        "{name}写的是“{value}”，台账里没有这个编号的件。",
        "请写台账里已有的编号。{hint}",
        explain="相关件、关联、转为办件、代替它的件，都写台账里已有的编号。那一件因为有错被隔离的，不算这一件的错。",
    ),
    _expired("NV308", "单位", "单位改名、撤并的，旧的一条留着停用日期和接续单位。"),
    _expired("NV309", "窗口"),
    _expired("NV310", "人员", "调走的人，停用日期之后不能再办件；他在那以前办的不受影响。"),
    Rule(
        "NV311",
        "error",
        "窗口不是这个单位的",
        "{name}写的是“{value}”（{called}），它是{theirs}的窗口，不是{ours}的。",
        "{hint}单位写错的，改单位；确实由这个窗口代收的，请管理员把窗口种类改成综合窗口。",
        "通知三（三）首问负责",
        "办件由首问单位自己的窗口，或者综合窗口、导办台、“办不成事”反映窗口登记。首问单位自始至终不变。",
    ),
    Rule(
        "NV312",
        "warning",
        "经办的人不是这个单位的",
        "{name}写的是“{value}”（{called}），他在{theirs}，不在{ours}。",
        "请核对人员的编号；要听别的单位的意见，记“征询”；借调来的，请管理员在人员表里写上现在的单位。",
        explain="单位窗口的件由本单位的人经办、审核，首问单位不变；交给了别的单位的人，提醒和待办也到了他那里。综合窗口、导办台、"
        "“办不成事”反映窗口登记的不提醒。",
    ),
    Rule(
        "NV314",
        "warning",
        "许可事项没有标明",
        "事项 {value}（{called}）在事项目录里是行政许可，这里的“行政许可”（matter.licensing）没有写 true。",
        "是许可申请的，请用更正把 matter.licensing 写成 true，许可的法定期限才会算；只是咨询的，不用改。",
        "行政许可法第三十二条、第四十二条",
        "行政许可另有法定期限：五个工作日内一次告知补正、二十个工作日内决定、十个工作日内送达。没有标明就不会提醒。",
    ),
    Rule(
        "NV315",
        "error",
        "答复的不是异议",
        "第 {n} 步答复的是第 {value} 步，那一步不是异议（异议是第 {known} 步）。",
        "请写要答复的那条异议是过程里的第几步，从 1 数起。",
        explain="每条异议都要有答复，答复里写明是第几步的异议，才对得上。",
    ),
    Rule(
        "NV316",
        "error",
        "没有抽到这一件",
        "第 {n} 步评的是 {value}，这次抽查没有抽到它。",
        "请写抽到的件的编号（cases 里列着）。",
        explain="只评抽到的件，不能自己另选，不然就不是随机抽查了。",
    ),
    Rule(
        "NV320",
        "error",
        "编号和文件名不一样",
        "“编号”（id）写的是“{value}”，文件名是 {file_name}.yml，两处要一样。",
        "请把文件名改成 {value}.yml，或者把编号改成 {file_name}，以已经告诉申请人的那个为准。",
        explain="编号就是文件名，凭编号就能找到文件。",
    ),
    Rule(
        "NV321",
        "error",
        "编号和单位对不上",
        "编号“{value}”开头是“{said}”，{name}写的是“{holder}”，两处要一样。",
        "请核对是哪个单位（大厅）的件，把写错的一处改过来。",
        explain="编号由单位（投诉由大厅）、日期、顺序号组成，单位自始至终不变。",
    ),
    Rule(
        "NV322",
        "error",
        "编号和日期对不上",
        "编号“{value}”里的日期是 {said}，{name}写的是 {day}，编号里应当是 {wanted}。",
        "请核对日期：编号用第一次写的那一天，写错的一处改过来；入台账以后更正时间的，编号不变。",
        explain="编号里的日期就是第一次登记时写的发生（收到、立项）日期。以后更正了时间，编号也不再变。",
    ),
    Rule(
        "NV323",
        "error",
        "放错了文件夹",
        "编号“{value}”的文件放在 {folder}，应当放在 {right}。",
        "请把文件移到 {right}。",
        explain="办件按单位和月份放，投诉按大厅和月份放，改进项按年份放，和编号、日期一致。",
    ),
    Rule(
        "NV331",
        "error",
        "停用早于启用",
        "{name}的停用日期 {ends} 早于启用日期 {begins}。",
        "请核对两个日期，把写错的一处改过来；还在用的，不写停用日期。",
        explain="登记册里的起止日期两头都算在内，停用日期不能早于启用日期。",
    ),
    Rule(
        "NV332",
        "error",
        "单位关系绕成了圈",
        "“{name}”一级一级找下去绕回了自己：{value}。",
        "请把其中写错的一处改过来；没有{name}的，不写这一项。",
        explain="上级单位、接续单位一级一级往上（往后）找，最后要有个头，不能绕回自己。",
    ),
    Rule(
        "NV333",
        "error",
        "两个人用同一个账号或邮箱",
        "人员{name}的{title}“{value}”和{other}的一样。",
        "请各写各的；接手别人账号的，给前一个人写停用日期（to），给后一个人写启用日期（from），日期不重叠。",
        explain="登录和提交都凭账号、邮箱认人。两个人同时用一个，就说不清哪一步是谁写的，也没法核对他有没有这个权限。",
    ),
)
