"""Catalogue entries NV170-NV179: corrections and strikes that cannot be applied."""

from __future__ import annotations

from noveto.findings.catalogue.rule import Rule

_WHY = "更正不改原文，在后面加一步：哪一项（field）、原来是什么（was）、改成什么（now）、为什么（why）。"

RULES: tuple[Rule, ...] = (
    Rule(
        "NV170",
        "error",
        "更正的项找不到",
        "第 {n} 步“更正”要改的是“{name}”，记录里没有这个位置。",
        "登记内容写项名，如 matter.name；步骤写 log.第几步.项名，如 log.2.text，{which}。",
        explain=_WHY + "项名用点连起来，一层一层写；步骤只能更正前面已经写过的。",
    ),
    Rule(
        "NV171",
        "error",
        "这一项不能更正",
        "第 {n} 步“更正”要改的是“{name}”，这一项不能更正：{why}。",
        "请按上面说的办法办，把这一步“更正”去掉。",
        explain=_WHY + "编号、首问单位、类别，步骤的名称和谁办的不能更正。",
    ),
    Rule(
        "NV172",
        "error",
        "更正前的内容对不上",
        "第 {n} 步“更正”说“{name}”原来是{said}，现在实际是{found}。",
        "请让 was 和现在的内容一样。{hint}",
        explain=_WHY + "was 要和更正前的内容一样（前面更正过的，和更正后的一样），免得两个人各改各的。",
    ),
    Rule(
        "NV173",
        "error",
        "划销的步骤不存在",
        "第 {n} 步“划销”要划掉第 {value} 步，{which}。",
        "请从上往下数是第几步（从 1 数起），改过来。整件记错的，用“作废”（voided）。",
        explain="划销只用于记错了件的步骤。划掉的步骤原文还在，只是不再算数；划错了的，再划销那一步“划销”就恢复了。",
    ),
    Rule(
        "NV175",
        "error",
        "更正了一条更正",
        "第 {n} 步“更正”要改的是第 {aim} 步，那一步本身是更正或者划销，改它不起作用。",
        "更正写错了的，请对同一项再写一条更正；划销错了的，再划销第 {aim} 步。",
        explain=_WHY + "同一项可以更正几次，以最后一次为准。",
    ),
)
