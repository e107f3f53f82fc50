"""What can be wrong in a form's file, and where it stands."""

from __future__ import annotations

from typing import Final, NamedTuple

from core.problems import Problem


class MistakeProblem(Problem):
    """One mistake inside a form file."""

    TOO_LARGE = "文件超过 {limit} MB，请检查是否选错了文件"
    NOT_UTF8 = "文件不是 UTF-8 编码，请另存为 UTF-8"
    NOT_TOML = "不符合 TOML 格式，{reason}"
    NEWER = "表样格式版本 {found} 比本程序（{known}）新，请先升级程序"
    MISSING = "缺少“{name}”{meaning}"
    UNKNOWN_NAME = "有不认识的项目“{name}”{guess}，可用的有 {known}"
    WRONG_TYPE = "“{name}”应为{expected}"
    INVISIBLE = "“{name}”里有看不见的控制字符（{code}），请删去后重新输入"
    TOO_LONG = "“{name}”超过 {limit} 个字符"
    NOT_ONE_OF = "“{name}”的值“{found}”不在可用范围内：{known}"
    BAD_CODE = "代码“{code}”里有空格、方括号、冒号、逗号、星号或“..”，请换一个代码"
    BAD_ID = "表样代号“{id}”只能用小写字母、数字和连字符"
    DUPLICATE = "代码“{code}”重复，前面已经用过"
    UNKNOWN_UNIT = "计量单位“{unit}”没有登记，可用的有 {known}；也可以在 [units] 里添加"
    UNKNOWN_COLUMN = "栏“{code}”不在本表的栏目里"
    NO_COLUMNS = "有计量单位，“columns”却是空的；标题行请不要写 unit"
    NO_ROWS = "没有任何指标行"
    NO_CELLS = "整张表没有一个可填的单元格"
    TOO_MANY = "{what}超过 {limit} 个"
    LEVEL_JUMP = "级别 {level} 比上一行深了不止一级（上一行是 {before}）"
    LEVEL_RANGE = "级别 {level} 超出范围（0 到 {limit}）"
    ENDS_FIRST = "until 早于 from，请核对起止年度"
    BAD_PERIOD = "“{name}”：{reason}"
    BAD_PAIR = (
        "“{text}”写法不对，应写成“本表单元格 = 另一表单元格”（相同的只写一个），"
        "两边的通配符要一样，最多 3 个"
    )
    HELPED_TWICE = "指标行“{code}”前面已经写过说明"
    NO_SUCH_ROW = "指标行“{code}”在本表中不存在"
    NO_SUCH_CELL = "单元格“{cell}”在本表中不存在"
    BAD_RULE = "公式“{rule}”：{reason}"
    COMPUTES_WHAT = "公式“{rule}”标了 computes，左边应当只有一个单元格，并用“=”"


class Where(NamedTuple):
    """A part of a form's file; ``str()`` names it as the file's author would.

    ``block``: an entry of ``[[tables]]``, ``[[checks]]``, ``[[same_as]]`` or ``[[help]]``, the ``number``-th from 1;
    ``inside``: a 行 or 栏 of that table, the ``place``-th from 1, and its ``code``. ``words``: a part
    that is none of these.
    """

    words: str = ""
    block: str = ""
    number: int = 0
    inside: str = ""
    place: int = 0
    code: str = ""

    def part(self, inside: str, place: int) -> Where:
        """A row (行) or column (栏) of this table."""
        return self._replace(inside=inside, place=place)

    def __str__(self) -> str:
        name = _BLOCKS.get(self.block, self.words).format(self.number)
        if self.inside:
            name += f"第 {self.place} {self.inside}"
        return f"{name}（{self.code}）" if self.code else name


_BLOCKS: Final = {
    "tables": "第 {} 张表", "checks": "第 {} 条审核公式", "same_as": "第 {} 条 same_as", "help": "第 {} 条 help",
}  # fmt: skip
HEAD: Final = Where("文件开头")
OWN_UNITS: Final = Where("[units]")


def table_at(number: int) -> Where:
    """The *number*-th table of the file, from 1."""
    return Where(block="tables", number=number)


def check_at(number: int) -> Where:
    """The *number*-th entry of ``[[checks]]``, from 1."""
    return Where(block="checks", number=number)


class Mistake(NamedTuple):
    """A mistake in a form file: where (``line`` from 1, 0 if unknown) and what, as a sentence."""

    where: Where
    line: int
    sentence: str

    def __str__(self) -> str:
        place = f"第 {self.line} 行，{self.where}" if self.line else self.where
        return f"{place}：{self.sentence}"
