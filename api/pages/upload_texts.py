"""Texts of the upload pages in both languages."""

from __future__ import annotations

from api.texts import PageTexts
from graph.model.texts import Lang, catalogue

_TEXTS = catalogue({
    "site": ("共建网络", "Co-building network"),
    "skip": ("跳到正文", "skip to the content"),
    "title": ("上传台账", "Hand in a spreadsheet"),
    "other_lang": ("English", "中文"),
    "intro": (
        "选择或拖入一张表格（.xlsx、.xls、.et、.csv）。先检查，看过差别和问题再确认导入。",
        "Choose or drop a spreadsheet (.xlsx, .xls, .et, .csv). It is checked first; you see"
        " differences and issues before anything is imported.",
    ),
    "privacy": (
        "姓名、电话、身份证号只用来生成化名，不进入数据库。",
        "Names, phones and ID numbers only make pseudonyms; they don't reach the store.",
    ),
    "choose": ("选择文件", "choose a file"),
    "drop": ("或把文件拖到这里", "or drop it here"),
    "area": ("范围（表中没有填报单位时填写，如 书院街道）", "area (where the sheet names none)"),
    "complete": (
        "本表已列全：范围内没有列出的即为没有",
        "the sheet is complete: what it lacks, there is not",
    ),
    "send": ("上传并检查", "upload and check"),
    "sending": ("正在上传……", "uploading…"),
    "too_large": ("文件超过 64 MB，请拆分", "the file is over 64 MB; split it"),
    "failed_send": ("上传没有成功", "the upload failed"),
    "recent": ("最近上传", "Recent uploads"),
    "datasets": ("已导入的表格", "Imported sheets"),
    "none": ("还没有。", "None yet."),
    "file": ("文件", "file"),
    "sheet": ("工作表", "sheet"),
    "kind": ("种类", "kind"),
    "why": ("依据", "evidence"),
    "state": ("状态", "state"),
    "day": ("日期", "day"),
    "read": ("读入", "read"),
    "new": ("新增", "new"),
    "changed": ("变更", "changed"),
    "same": ("未变", "unchanged"),
    "gone": ("不再有", "gone"),
    "rejected": ("退回", "rejected"),
    "waiting_rows": ("待定", "waiting"),
    "read_before": ("旧版读取，请重新交表", "read by an older version; hand it in again"),
    "retract": ("撤回", "retract"),
    "retract_sure": (
        "撤回后网络回到没有这张表的样子。确定吗？",
        "The network will be as if this sheet had never come in. Sure?",
    ),
    "s_waiting": ("等待检查", "waiting"),
    "s_reading": ("正在检查", "being checked"),
    "s_asks": ("需要您说明", "asks you"),
    "s_ready": ("已检查，未导入", "checked, not imported"),
    "s_importing": ("正在导入", "being imported"),
    "s_done": ("已导入", "imported"),
    "s_failed": ("没有成功", "failed"),
    "working": ("请稍候，本页会自动刷新。", "One moment; this page refreshes by itself."),
    "differs": ("与被替代的表相比", "Against the sheet that it replaces"),
    "replaces": ("替代 {id}", "replaces {id}"),
    "row_changed": (
        "第 {row} 行（原第 {before} 行）：{columns}", "row {row} (was {before}): {columns}"
    ),
    "rows_new": ("新增的行：{rows}", "new rows: {rows}"),
    "rows_gone": ("不再有的行（原表行号）：{rows}", "rows gone (old numbers): {rows}"),
    "effect": ("网络将有的变化", "What would change in the network"),
    "nothing": ("没有变化。", "Nothing would change."),
    "ties": ("关系", "ties"),
    "covered": ("开始有共建数据的区域：{n} 个", "areas that tie data come to cover: {n}"),
    "uncovered": ("不再有共建数据的区域：{n} 个", "areas that tie data cover no more: {n}"),
    "receipt": ("回执：每一格的去向和疑点", "Receipt: what became of each cell, and doubts"),
    "sheet_unread": ("没有读", "not read"),
    "stopped": (
        "这张表有重大疑点，先不导入；请逐条核对。",
        "This table has grave doubts and is held back; please look at each.",
    ),
    "cells": (
        "有内容的 {filled} 格：数据 {value}，表头 {header}，标题 {title}，不是数据 {no_data}，"
        "没有读 {not_read}，退回 {rejected}。",
        "{filled} filled cells: {value} data, {header} headers, {title} title, {no_data} no data, "
        "{not_read} not read, {rejected} rejected.",
    ),
    "understood": ("前几行读作：", "The first rows are read as:"),
    "columns_read": ("读入的列", "columns read"),
    "columns_personal": ("不保存的个人信息列", "personal columns, not kept"),
    "columns_not_read": ("没有读入的列", "columns not read"),
    "right_so": ("核对过，这样读是对的", "looked at; it is right so"),
    "no_doubt": ("{n} 张表没有疑点，每一格都有着落。", "{n} tables without a doubt."),
    "verdicts": ("结论将有变化的区域：{n} 个", "areas whose verdict would change: {n}"),
    "issues": (
        "问题（错误 {e}，提醒 {w}，说明 {i}）", "Issues ({e} errors, {w} warnings, {i} notes)"
    ),
    "no_issues": ("没有发现问题。", "No issues."),
    "more_issues": ("只列前 {n} 条，全部见下载的副本。", "The first {n}; the copy has all."),
    "level": ("级别", "level"),
    "cell": ("单元格", "cell"),
    "column": ("列", "column"),
    "value": ("内容", "value"),
    "message": ("问题和改法", "issue and cure"),
    "error": ("错误", "error"),
    "warning": ("提醒", "warning"),
    "info": ("说明", "note"),
    "do_import": ("确认导入", "import it"),
    "do_known": ("只导入认出的表", "import the sheets that are known"),
    "do_drop": ("不导入", "drop it"),
    "do_again": ("重新检查", "check again"),
    "get_report": ("下载标出问题的副本", "download the copy with the faults marked"),
    "get_cleaned": (
        "下载整理过的表（逐行注明结果和对应；再上传不会改变任何东西）",
        "download the cleaned sheet: what became of each row; handing it in changes nothing",
    ),
    "rejected_note": (
        "有 {n} 行不合格，不会导入；改好后重新上传即可，已导入的不受影响。",
        "{n} rows can't be used and won't be imported; mend them and hand the file in again.",
    ),
    "ask": ("这张表没有认出，请说明一次，以后同样表头的表会自动认出。",
            "This sheet isn't known. Tell it once; from then on sheets with these headers are"
            " read by themselves."),
    "ask_kind": ("是哪一种表", "which kind of sheet"),
    "ask_columns": ("各列是什么", "what the columns are"),
    "no_roster": ("不是台账，以后也不读", "no roster; never to be read"),
    "not_read": ("（不读）", "(left out)"),
    "next": ("下一步", "next"),
    "remember": ("记住并重新检查", "remember and check again"),
    "header": ("表头", "header"),
    "holds": ("内容像", "holds"),
    "planner": ("看规划页", "see the planner's page"),
    "another": ("再传一张", "another file"),
    "personal": ("不保存的个人信息列", "personal columns, not kept"),
})  # fmt: skip


LABELS = catalogue({
    "City": ("市", "cities"),
    "District": ("县市区", "districts"),
    "Street": ("街道（乡镇）", "streets"),
    "Community": ("社区（村）", "communities"),
    "Grid": ("网格", "grids"),
    "Building": ("楼栋", "buildings"),
    "Organization": ("组织", "organisations"),
    "ResidentUnit": ("驻区单位", "resident units"),
    "SocialOrganization": ("社会组织", "social organisations"),
    "Member": ("在职党员", "members"),
    "Volunteer": ("志愿者", "volunteers"),
    "Resource": ("资源", "resources"),
    "Need": ("需求", "needs"),
    "Project": ("项目", "projects"),
    "Linkage": ("联动", "linkages"),
    "Activity": ("活动", "activities"),
    "Fund": ("经费", "funds"),
    "PART_OF": ("区划隶属", "part of"),
    "SUBORDINATE_TO": ("上下级", "subordinate to"),
    "COVERS": ("组织覆盖", "covers"),
    "LOCATED_IN": ("所在地", "located in"),
    "CO_BUILDS": ("共建", "co-builds"),
    "REPORTS_TO": ("党员报到", "reports to"),
    "WORKS_AT": ("工作单位", "works at"),
    "VOLUNTEERS_WITH": ("所属队伍", "volunteers with"),
    "SERVES": ("服务", "serves"),
    "CONTACTS": ("联系", "contacts"),
    "PARTICIPATES": ("参加", "takes part in"),
    "OFFERS": ("提供", "offers"),
    "REQUESTS": ("提出", "requests"),
    "MATCHES": ("对接", "matches"),
    "FUNDS": ("资助", "funds"),
})  # fmt: skip
"""Labels and types of the network -> what they are called."""


def upload_words(lang: Lang) -> PageTexts:
    """The texts of the upload page in one language."""
    return PageTexts(lang, _TEXTS)
