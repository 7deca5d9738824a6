"""Catalogue entries NV5xx: history. NV501-NV509: the append-only rule, judged on two versions of a text."""

from __future__ import annotations

from noveto.findings.catalogue import nv51
from noveto.findings.catalogue.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "NV501",
        "error",
        "改了已经入台账的开头部分",
        "第 {line_no} 行已经入台账，不能改。{change}",
        "把这一行恢复原样。写错了，请在末尾追加“更正”（corrected）步骤，写明更正哪一栏、改成什么、为什么。",
        explain="登记部分只写一次，和纸质登记簿一样，写上去就不涂改。错了用更正，原来的和更正后的都看得见。",
    ),
    Rule(
        "NV502",
        "error",
        "改了已经入台账的步骤",
        "第 {line_no} 行属于第 {step} 步，已经入台账，不能改。{change}",
        "把这一行恢复原样。写错了，请在末尾追加“更正”（corrected）步骤；整步写错了件，追加“划销”（struck）步骤。",
        explain="每一步写上去就不涂改、不补写。错了用更正，原来的和更正后的都看得见。",
    ),
    Rule(
        "NV503",
        "error",
        "改了已经入台账的文字",
        "第 {line_no} 行已经入台账，不能改，注释、空格和空行也不能动。{change}",
        "把这一行恢复原样。编辑器自动整理了格式的，请关掉“保存时格式化”。",
        explain="只在末尾追加，前面的文字一个字、一个空格都不变，才能一眼看出没有人动过。",
    ),
    Rule(
        "NV504",
        "error",
        "末尾追加的不是步骤",
        "第 {line_no} 行不是新的一步：{change}",
        "新的一步从顶格的 `- at: 时间` 开始，接在文件末尾；其他内容不能加。",
        explain="已入台账的文件只能追加步骤。后面补写的缩进行会变成上一步的内容，所以也不行。",
    ),
    Rule(
        "NV505",
        "error",
        "删了已经入台账的内容",
        "原来第 {line_no} 行被删掉了。{change}",
        "把删掉的内容恢复原样。写错了的步骤用“划销”（struck），整件作废用“作废”（voided）。",
        explain="台账里的内容不删除。",
    ),
    Rule(
        "NV506",
        "error",
        "在已有内容中间插入了文字",
        "第 {line_no} 行插在了已经入台账的内容中间。{change}",
        "把它移到文件末尾，作为新的一步；过后补记的，照实写当时的时间（at），系统会标“补录”。",
        explain="步骤按记录的先后排列，新的总在最后；读的人和期限计算按 at 的时间排序。",
    ),
    Rule(
        "NV507",
        "error",
        "追加的文字改变了前面的内容",
        "前面的文字没有动，但读出来的{what}变了：追加的内容接到了它后面。",
        "新的一步从顶格的 `- at: 时间` 开始；检查前一步最后一栏的引号和缩进。",
        explain="前面文字一样还不够：缩进的行会接到上一栏后面。所以两份都读一遍，再逐栏比较。",
    ),
    Rule(
        "NV508",
        "error",
        "步骤数目对不上",
        "末尾追加的文字看上去是 {shown} 步，读出来却是 {read} 步。",
        "每一步都顶格写 `- at:`，不要把步骤写在引号或段落里。",
        explain="防止把一步藏在另一步的文字里。",
    ),
    Rule(
        "NV509",
        "error",
        "删了已经入台账的件",
        "这个文件已经入台账，现在没有了（删除或者改名）。",
        "把文件恢复到原来的位置（git checkout 主线 -- 文件）。整件记错了，追加“作废”（voided）步骤。",
        explain="和纸质登记簿一样，一页也不撕。作废的件留在台账里，写明原因和批准人。",
    ),
    *nv51.RULES,
)
