"""Fixed words for codes: tracks, decisions, stances, results (screens.md section 5)."""

from __future__ import annotations

TRACKS = {"general": "一般", "special": "特殊", "cross_department": "跨部门"}

DECISIONS = {
    "do": "同意办理",
    "approve_refusal": "同意否决",
    "veto_rejected": "不同意否决·改为办理",
    "return": "退回补充",
    "raise": "提级",
    "guidance": "给出意见",
}

STANCES = {"agree": "同意", "disagree": "不同意", "conditional": "有条件同意", "not_ours": "不归我们"}

RESULTS = {
    "done": "办成",
    "refused": "不能办（已批准）",
    "redirected": "已指路",
    "explained": "已说明",
    "withdrawn": "申请人撤回",
    "lapsed": "逾期未补",
    "to_petition": "转信访",
    "voided": "作废",
}

PATHS = {
    "directly": "直接办成",
    "supplement": "补正后办成",
    "coordination": "协调办成",
    "veto_rejected": "改为办理并办成",
    "escalation": "提级后办成",
    "rule_changed": "改规则后办成",
}


def result_words(result: str, path: str = "") -> str:
    """The outcome of a case in words: a done case is named by the path it took."""
    if result == "done":
        return PATHS.get(path, "办成") if path not in ("", "directly") else "办成"
    return RESULTS.get(result, result)
