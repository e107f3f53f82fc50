"""Words of reports whatever their form: scope, time, comparison, denial, and what says nothing.

How reports count is the same in every edition: whose figures they are, of which time, whether they
are of this office at all. The words themselves stand in ``resources/texts/_common.toml``, those for
a form's own figures beside it.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final

from core.form.read_toml import loads


class Sort(Enum):
    """What a word of a sentence does."""

    #: Says nothing about which figure is meant.
    FILL = auto()
    #: 、 和 及: joins names that belong to one figure.
    AND = auto()
    #: 分别
    EACH = auto()
    #: 均, 全部, 都
    ALL = auto()
    #: 其中
    PART = auto()
    #: 未, 没有, 无
    NOT = auto()
    #: 占, 占比
    SHARE = auto()
    #: 比上年, 同比: what follows is a difference.
    AGAINST = auto()
    #: 增长, 减少
    CHANGE = auto()
    #: 增加到: what follows is a figure, not a difference.
    BECOMES = auto()
    #: 上年, 去年: the figure of last year.
    LAST = auto()
    #: 本年, 全年, the report's own year.
    THIS = auto()
    #: 我局, 本机关, the office's own name.
    OWN = auto()
    #: Another office, or all of a region: whose figures are not in this table.
    OTHERS = auto()
    #: A part of the year, or several years.
    TIME = auto()
    #: 力争, 计划: not yet so.
    PLAN = auto()
    #: 累计: since ever.
    SINCE = auto()
    #: A thing that the table does not count: 热线, 提案.
    FOREIGN = auto()
    #: 为零, 为0: a zero that stands after its name.
    ZERO = auto()
    #: 合计 behind figures: their sum.
    SUM = auto()
    #: A part of what a row counts: 涉及征地的.
    SUBSET = auto()


def read_common(data: bytes) -> dict[str, Sort]:
    """Each word of ``resources/texts/_common.toml`` and what it does."""
    groups = loads(data.decode("utf-8"))
    return {word: Sort[name.upper()] for name, words in groups.items() for word in words.split()}


#: Phrases with a shape: own offices, years, dates, comparisons. Names say the sort; bounded.
PHRASES: Final = re.compile(
    r"(?P<AGAINST>(?:较|比|与|同|和|相比)(?:上一?年度?|去年|(?P<base>20\d\d)年度?)(?:全年)?(?:同期)?(?:数|的)?(?:相比|比较|相比较)?"
    r"|同比|环比|与上年同期相比|比同期)"
    r"|(?P<LAST>(?:上一?年度?|去年)(?:同期|全年)?(?!结转|度结转|结余|转结))"
    r"|(?P<SPAN>(?:自|从)?(?:(?P<y1>20\d\d)年)?1月1日起?[至到—-](?:(?P<y2>20\d\d)年)?12月31日止?(?:期间)?)"
    r"|(?P<UNTIL>截[至止](?:到)?(?:(?P<y3>20\d\d)年)?(?:12月(?:31日)?|年)底?(?:止)?|截至(?:(?P<y5>20\d\d)年)?(?:年度?)末)"
    r"|(?P<DATE>(?:截[至止]到?)?(?:20\d\d年)?\d{1,2}月(?:\d{1,2}日|份|底|末|初|中旬|上旬|下旬)?"
    r"|\d{1,2}[至到—-]\d{1,2}月份?)"
    r"|(?P<MANY>(?:自|从|近)?(?:20\d\d年?[至到—-]20\d\d年|20\d\d年(?:以来|起|至今)))"
    r"|(?P<YEAR>(?P<year>20\d\d)年度?(?:全年)?)"
    r"|(?P<OURS>[我本](?:[局委办厅院镇乡所站处室会行署队]|街道办事处|街道办|街道|中心|单位|机关|部门)(?:机关)?)"
    r"|(?P<NUMBERED>(?<![一二三四五六七八九十\d])[(（]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）、.](?!\d))"
    r"|(?P<DOCUMENT>[\u4e00-\u9fff]{0,8}〔\d{4}〕\d{1,4}号)"
)
