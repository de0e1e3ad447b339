"""What went wrong, in Chinese beside the English: the messages of the model and of the commands, by their wording."""

import re

_LONGEST = 400  # characters of a message that are looked at; values in it are short
_PLACE = re.compile(r"^(?P<file>.+?\.ya?ml)(?::(?P<line>\d+))?: (?:(?P<keys>[\w.\[\]-]+): )?")
_MEANT = r"(?:; did you mean '(?P<meant>[^']+)'\?)?"
_WIDE = r"; it holds a full-width '(?P<a>.)' where YAML needs '(?P<b>.)'"
SAYINGS: tuple[tuple[str, str], ...] = (
    (rf"unknown (?:key|intervention){_WIDE}", "含全角符号“{a}”；请改用半角“{b}”"),
    (rf"unknown key{_MEANT}", "未知的键{meant}"),
    (rf"unknown intervention{_MEANT}", "未知的干预{meant}"),
    (rf"unknown parameter '(?P<name>[^']+)'{_MEANT}", "未知的参数“{name}”{meant}"),
    (rf"unknown reading '(?P<name>[^']+)' of \S+?{_MEANT}[;,]", "未知的读法“{name}”{meant}"),
    (rf"(?P<name>\S+): no such scenario{_MEANT}", "没有情景“{name}”{meant}"),
    (rf"(?P<name>\S+): no such district{_MEANT}", "没有地区“{name}”{meant}"),
    (r"(?P<name>\S+): no such experiment", "没有实验“{name}”"),
    (r"full-width '(?P<a>.)' .*?write '(?P<b>[^']+)'", "全角符号“{a}”；请改用半角“{b}”"),
    (r"has full-width characters; write '(?P<b>[^']+)'", "含全角字符；请改写为“{b}”"),
    (r"begins on (?P<a>\S+), after the run's end on (?P<b>\S+?);", "开始日期{a}晚于运行结束日期{b}，不会起作用"),
    (r"finish (?P<a>\S+) is before start (?P<b>\S+)", "结束日期{a}早于开始日期{b}"),
    (r"must be true, false or a block of fields, not (?P<v>.+)", "应为true、false或一组字段，而不是{v}"),
    (r"it should be a block of keys(?:, not (?P<v>.+))?", "应为一组键值{v_not}"),
    (r"it should be true or false, not (?P<v>.+)", "应为true或false，而不是{v}"),
    (r"it should be a date, YYYY-MM-DD, not (?P<v>.+)", "应为日期（YYYY-MM-DD），而不是{v}"),
    (r"a date has no time of day", "日期不带时刻；请写YYYY-MM-DD"),
    (r"it should be a valid integer.*?, not (?P<v>[^;]+)", "应为整数，而不是{v}"),
    (
        r"it should be a (?:valid )?number, not (?P<v>[^;]+)|must be a number, not (?P<w>[^;]+)",
        "应为数字，而不是{v}{w}",
    ),
    (r"it should be a valid (?P<t>\w+), not (?P<v>[^;]+)", "类型不对，不能是{v}"),
    (
        r"it should be (?:less|greater) than or equal to \S+, not (?P<v>[^;]+)"
        r"(?:; allowed are (?P<a>\S+) to (?P<b>\S+))?",
        "{v}超出范围{span}",
    ),
    (
        r"(?P<v>\S+) is outside .*?allowed are (?P<a>\S+) to (?P<b>\S+)|allowed are (?P<c>\S+) to (?P<d>\S+)",
        "超出范围{span}",
    ),
    (r"it should match pattern '(?P<p>[^']+)'", "应符合格式{p}"),
    (r"it should be '(?P<c>[^,]+).*, not (?P<v>[^;]+)", "不能是{v}，可选项见右"),
    (r"it should have at least (?P<n>\d+)", "至少应有{n}项或字符"),
    (r"it should have at most (?P<n>\d+)", "至多{n}项或字符"),
    (r"holds half a character", "含半个字符"),
    (r"it should be (?P<v>.+)", "取值不对，应为{v}"),
    (r"is required", "缺少此项"),
    (r"(?P<v>\S+) is no finite number", "{v}不是有限数"),
    (r"the key (?P<k>.+?) must be a word", "键{k}应为单词"),
    (r"larger than (?P<a>[\d,]+) bytes", "文件超过{a}字节，情景用不到这么多"),
    (r"must be a scenario of the project", "只能继承随项目提供的情景（名单见右）"),
    (r"cannot be opened from the page; write the values themselves", "页面上不能读取参数文件；请直接写出参数值"),
    (r"this page has (?P<d>[^;]+); start another with --district", "本页面的地区是{d}；其他地区请用--district另开页面"),
    (r"must be the name of a scenario, or a list of names", "应为一个情景的名称，或名称的列表"),
    (r"goes in a circle: (?P<c>.+)", "相互继承成环：{c}"),
    (r"more than \d+ parents", "继承层数过多"),
    (r"found duplicate key (?P<k>\S+)", "键{k}重复；每个键只能出现一次"),
    (r"YAML tags \(!\.\.\.\) are not allowed", "不允许YAML标签（!…）"),
    (r"not valid YAML: brackets or blocks lie too deep", "YAML嵌套过深"),
    (r"not valid YAML: but found another document", "一个文件里只能有一个YAML文档"),
    (r"not valid YAML: found character '\\t'", "YAML缩进不能用制表符"),
    (r"not valid YAML", "YAML语法有误（括号、缩进、冒号或引号）"),
    (r"(?P<d>\d{4}-\d\d?-\d\d?) is no date", "没有{d}这一天；日期写作YYYY-MM-DD"),
    (r"the file is empty", "文件是空的；应为“键: 值”的行"),
    (r"the file is a", "文件内容应为“键: 值”的行"),
    (r"not UTF-8", "文件不是UTF-8编码；请另存为UTF-8"),
    (r"(?P<a>[\d,]+) kB, more than the (?P<b>[\d,]+) kB", "文件{a} kB，超过{b} kB的上限"),
    (r"more than \d+ (?:lines or )?values", "内容过多，情景用不到这么多"),
    (r"is a folder, not a file", "是文件夹，不是文件"),
    (r"is a file, not a folder", "是文件，不是文件夹"),
    (r"is a device or a pipe", "是设备或管道，不是文件"),
    (r"no such file", "没有这个文件"),
    (r"comes with no portfolios", "地区没有随附的试算；请用搜索文件自行搜索"),
    (r"give either the file of a search or --budget", "请给出搜索文件，或用--budget给出预算（元），二者择一"),
    (r"--gain, --need, --bar, --keep and --district go with --budget", "这些选项只与--budget同用；搜索文件自有规定"),
    (r"no portfolio on offer keeps to the budget", "没有组合能同时满足预算与要求"),
    (r"'(?P<name>\w+)' is not on offer", "“{name}”不在可买的措施之中（名单见右）"),
    (r"'(?P<name>\w+)' was not recorded", "试算没有记录指标“{name}”（可用的见右）"),
    (r"(?P<name>\w[\w, ]*): cannot both be bought and not", "{name}不能既必须买又不许买"),
    (r"has (?P<n>\d+) draws, not (?P<m>\d+)", "只有{n}次抽取，不足{m}次"),
    (r"comes with no posterior", "地区没有自带后验；请用--posterior给出文件"),
    (r"runs at draws have a scale of their own", "抽取的运行另有规模，后验中不能有scale"),
    (r"no such folder", "没有这个文件夹"),
    (r"no permission", "没有权限"),
    (r"cannot be read", "无法读取"),
    (r"holds U\+", "含有不可见的控制字符；请写普通文字"),
    (r"a comparison needs at least two scenarios", "比较至少需要两个情景"),
    (r"scenarios must have different names", "情景名称不能相同"),
    (r"the baseline '(?P<b>[^']+)' is none of", "基线“{b}”不在所给情景之中"),
    (r"the scenarios differ in '(?P<w>[^']+)'", "各情景的“{w}”不同；只有干预与参数可以不同"),
    (r"not enough memory: .*?up to (?P<a>\S+) GB and .*? (?P<b>\S+) GB", "内存不够：约需{a} GB，可用{b} GB"),
    (r"out of memory", "内存不足；请减少--workers、减小--scale，或用--memory给出可用内存"),
    (r"not enough room", "磁盘空间不够"),
    (r"another (?P<k>\S+)(?: shard \S+)? is (?:at work|being made)", "该文件夹正由另一命令使用；请等待，或换一个--out"),
    (r"already holds something", "已有其他内容；请换一个--out，或用--force覆盖"),
    (r"exists; choose another name", "已存在；请换一个名称"),
    (r"a scenario's name is made of", "情景名称只能用a-z、0-9和_"),
    (r"must be above 0 and at most 1", "应大于0且不超过1"),
    (r"must be one of (?P<c>.+)", "应为{c}之一"),
    (r"unfinished or damaged", "结果不完整或已损坏"),
    (
        r"made by other code \((?P<a>\S+), not (?P<b>\S+?)\)",
        "由其他版本的代码生成（{a}，现为{b}）；请用同一命令重新生成",
    ),
    (
        r"made by other district \((?P<a>\S+), not (?P<b>\S+?)\)",
        "所用地区数据与现在不同（{a}，现为{b}）；请用同一命令重新生成",
    ),
    (r"a sweep is not shown on the page", "页面不显示试验（sweep）；请用 huitian report"),
    (r"damaged", "已损坏：内容与写入时不同"),
    (r"no results here", "这里没有结果；请给出一次运行、比较或试验的文件夹"),
    (r"no run in this folder", "文件夹里没有运行结果"),
    (r"No such command", "没有这个命令"),
    (r"No such option", "没有这个选项"),
    (r"Missing argument", "缺少参数"),
    (r"Missing option", "缺少选项"),
    (r"Invalid value for (?P<o>[^:]+)", "{o}的取值不对"),
    (r"requires an argument", "选项缺少取值"),
    (r"unexpected extra argument", "参数过多"),
)
"""English wording (a regular expression) and what it says in Chinese, the first that is found counts."""
_COMPILED = tuple((re.compile(pattern), text) for pattern, text in SAYINGS)


def both(message: str) -> str:
    """A message with its Chinese in front, place included; as it is where its wording is not known.

    Examples
    --------
    >>> both("a.yaml:4: weeks: it should be a valid integer, not 'many'")
    "a.yaml 第4行 weeks：应为整数，而不是'many' / a.yaml:4: weeks: it should be a valid integer, not 'many'"
    """
    head = message[:_LONGEST]
    place = _PLACE.match(head)
    rest = head[place.end() :] if place else head
    for pattern, text in _COMPILED:
        found = pattern.search(rest)
        if found:
            return f"{_where(place)}{_filled(text, found)} / {message}"
    return message


def _where(place: "re.Match[str] | None") -> str:
    if place is None:
        return ""
    line = f" 第{place['line']}行" if place["line"] else ""
    keys = f" {place['keys']}" if place["keys"] else ""
    return f"{place['file']}{line}{keys}："


def _filled(text: str, found: "re.Match[str]") -> str:
    given = {name: value or "" for name, value in found.groupdict().items()}
    low, high = given.get("a") or given.get("c", ""), given.get("b") or given.get("d", "")
    more = {
        "meant": f"，是否想写“{given['meant']}”？" if given.get("meant") else "",
        "v_not": f"，而不是{given['v']}" if given.get("v") else "",
        "span": f"，允许{low}至{high}" if low and high else "",
    }
    return text.format_map({**given, **more})
