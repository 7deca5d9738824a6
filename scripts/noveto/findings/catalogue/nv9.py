"""Catalogue entries NV9xx: the surroundings: files that cannot be read or do not belong where they lie."""

from __future__ import annotations

from noveto.findings.catalogue.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "NV901",
        "error",
        "文件或文件夹读不了",
        "这个文件（文件夹）没有读取权限，内容没有核对。",
        "请管理员检查权限（文件 chmod a+r，文件夹 chmod a+rx），再检查一次。",
        explain="读不了的文件不知道写了什么，所以不能算对。其他文件照常核对。",
    ),
    Rule(
        "NV902",
        "error",
        "不能用链接",
        "这里是一个链接，不是文件。台账里的记录不能用链接代替。",
        "删掉链接，把记录本身放在这里。",
        explain="链接指向的内容不受版本管理，以后改了也看不出来，所以台账里不收。",
    ),
    Rule(
        "NV903",
        "error",
        "套着另一个仓库",
        "这个文件夹是另一个 Git 仓库，里面的文件不会进入台账。",
        "把里面的 .git 删掉或者移走，再提交里面的文件。",
    ),
    Rule(
        "NV904",
        "error",
        "不该放在这里的文件",
        "台账里没有这样的位置，这个文件不会被读取，里面写的也不会被统计。",
        "应当放在 {places}；不是记录的文件，请移到 records 以外。",
        explain="records/ 里每种记录有固定的位置和文件名。放错地方的件不会出现在任何清单里，所以算错误，不算提醒。",
    ),
    Rule(
        "NV905",
        "error",
        "扩展名不对",
        "文件的扩展名要写 .yml，现在不是，这个文件不会被读取。",
        "改名为 {right}。",
        explain="为了不漏数，记录文件只认小写的 .yml 一种扩展名。",
    ),
    Rule(
        "NV906",
        "error",
        "格式说明或规则用不了",
        "{problem}",
        "{mend}",
        explain="schema/ 里的格式说明、rules.yml、steps.yml 有错时，所有记录都没法核对，所以先报这一条。",
    ),
    Rule(
        "NV907",
        "warning",
        "登记册缺一个文件",
        "登记册里没有 {name}.yml，{what}。",
        "从别的台账或者 noveto init 建的空台账里拷一份，改成本市的内容。",
        explain="登记册的六个文件缺了一个，引用它的编号对不对就不知道；不算在记录头上，可也不能当作对的。",
    ),
)
