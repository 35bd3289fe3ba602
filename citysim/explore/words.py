"""Every word of `citybrain sim explore`, in English and Chinese. The stories themselves are told in the words of the code."""

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("Every interleaving of small worlds", "小世界的全部交错"),
    "world": ("world", "世界"),
    "network": ("network", "网络"),
    "ordered": ("ordered", "有序"),
    "wild": ("wild", "失序"),
    "falling": ("names falling", "名称递减"),
    "states": ("states", "状态"),
    "transitions": ("transitions", "转移"),
    "interleavings": ("interleavings", "交错数"),
    "doubles": ("broken", "违反"),
    "depth": ("depth", "深度"),
    "decided": ("core decisions", "核心决策"),
    "ends": ("ends from which everything was served", "已验证收敛的终态"),
    "slowest": ("in s at most", "最慢秒数"),
    "proved": (
        "stories that real reactors and journals told alike",
        "真实反应器与日志复演一致的经过",
    ),
    "all": ("all", "合计"),
    "seconds": ("s", "秒"),
    "broken": ("A law is broken", "违反铁律"),
    "shortest": ("The shortest story of it:", "最短的经过:"),
    "cut_short": (
        "cut short by --states: nothing broke so far, and not everything was looked at",
        "因 --states 而中断:目前未见违反,但并未穷尽",
    ),
    "too_few": (
        "fewer interleavings than asked for; let more go wrong, for example --together 2",
        "交错数少于要求;请增加故障,例如 --together 2",
    ),
    "kept": (
        "no unit and no slot was promised twice, and everything was served in the end",
        "没有任何单元或席位被重复派遣,最终全部得到处置",
    ),
    "found_one": ("stopped at the first break", "遇到第一处违反即停止"),
    "records": ("journal records", "日志记录"),
}
