"""Forms as offices make them for themselves, for tests: by columns, by month, by half-year."""

from __future__ import annotations

from typing import Final

#: A street office's quarter: who did how much, compared with the same quarter a year ago.
QUARTER: Final = """
format = 1
id = "jd-quarter"
name = "政务公开工作季度统计表"
source = "某区政务公开办〔2024〕3号"
period = "quarter"
compare = "year-ago"
notes = ["本表于季后 5 日内报送。", "“区直单位”包括垂直管理部门。"]

[units]
"场次" = 0
"人天" = 1

[[tables]]
columns_heading = "本季度完成情况"
columns = [
    { code = "gov", label = "区政府" },
    { code = "bureau", label = "区直单位" },
    { code = "town", label = "乡镇街道" },
    { code = "total", label = "合计" },
]
rows = [
    { code = "1", label = "一、主动公开信息数", unit = "条" },
    { code = "1.1", level = 1, kind = "of_which", label = "政府网站", unit = "条" },
    { code = "1.2", level = 1, kind = "of_which", label = "政务新媒体", unit = "条" },
    { code = "2", label = "二、政策解读" },
    { code = "2.1", level = 1, label = "（一）解读材料发布数", unit = "篇" },
    { code = "2.2", level = 1, label = "（二）政策宣讲", unit = "场次", note = "线上线下均计入" },
    { code = "2.3", level = 1, label = "（三）参加培训人天", unit = "人天" },
    { code = "3", label = "三、专项经费", unit = "万元" },
]

[[checks]]
id = "合计栏"
rule = "[**:total] = sum([**:gov..town])"
computes = true

[[checks]]
id = "其中"
rule = "[1.*:*] <= [1:*]"
hint = "其中项不能超过它所属的总数。"

[[checks]]
id = "同比"
rule = "steady([**:total], 50%, 10)"
level = "warning"
"""

_MONTHS: Final = "\n".join(
    f'    {{ code = "m{month}", label = "{month}月", group = "{"上半年" if month < 7 else "下半年"}" }},'
    for month in range(1, 13)
)
#: Twelve months and the year, all rows in one unit of the office's own.
MONTHS: Final = f"""
format = 1
id = "year-months"
name = "来信来访逐月统计表"

[units]
"件次" = 0

[[tables]]
columns = [
{_MONTHS}
    {{ code = "sum", label = "全年" }},
]
rows = [
    {{ code = "1", label = "一、受理公众来信来访", unit = "件次" }},
    {{ code = "1.1", level = 1, label = "（一）来信", unit = "件次" }},
    {{ code = "1.2", level = 1, label = "（二）上级交办并要求限期回复的重要事项", unit = "件次" }},
    {{ code = "2", label = "二、办结", unit = "件次" }},
]

[[checks]]
id = "全年"
rule = "[**:sum] = sum([**:m1..m12])"
computes = true

[[checks]]
id = "小计"
rule = "[1:*] = sum([1.*:*])"
computes = true

[[checks]]
id = "办结不超受理"
rule = "[2:*] <= [1:*]"
"""

#: A half-year against the one before, with a rate that computes itself.
HALF_YEAR: Final = """
format = 1
id = "half"
name = "半年统计表"
period = "half-year"
compare = "previous"

[[tables]]
columns = [{ code = "n", label = "统计数" }]
rows = [
    { code = "1", label = "一、收到申请", unit = "件" },
    { code = "2", label = "二、上期结转", unit = "件" },
    { code = "3", label = "三、办结", unit = "件" },
    { code = "4", label = "四、结转下期", unit = "件" },
    { code = "5", label = "五、办结率", unit = "%" },
]

[[checks]]
id = "结转"
rule = "[2] = last[4]"
computes = true
explainable = true

[[checks]]
id = "平衡"
rule = "[1] + [2] = [3] + [4]"

[[checks]]
id = "办结率"
rule = "[5] = round([3] / ([1] + [2]) * 100, 2)"
computes = true

[[checks]]
id = "环比"
rule = "steady([3], 30%, 5)"
level = "warning"
"""
OWN_FORMS: Final = {"jd-quarter": QUARTER, "year-months": MONTHS, "half": HALF_YEAR}
