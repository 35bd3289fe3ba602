"""The messages of `citybrain sim explore`, in English and Chinese: key → (English, Chinese). The
steps of a counterexample are English alone."""

from collections.abc import Mapping

MESSAGES: Mapping[str, tuple[str, str]] = {
    "title": ("Every interleaving of small worlds", "小世界的全部交错"),
    "world": ("world", "世界"),
    "network": ("network", "网络"),
    "ordered": ("ordered", "有序"),
    "unordered": ("unordered", "乱序"),
    "descending": ("descending names", "名称递减"),
    "states": ("states", "状态"),
    "transitions": ("transitions", "转移"),
    "interleavings": ("interleavings", "交错数"),
    "violations": ("broken", "违反"),
    "depth": ("depth", "深度"),
    "decisions": ("core decisions", "核心决策"),
    "recoveries": ("states from which everything was served", "已验证恢复的静止状态"),
    "slowest": ("in s at most", "最慢秒数"),
    "conforming_runs": (
        "runs in which production deciders and journals conformed",
        "真实决策器与日志复演一致的运行",
    ),
    "all": ("all", "合计"),
    "seconds": ("s", "秒"),
    "violation": ("A law is broken", "违反定律"),
    "counterexample": ("The shortest run that breaks it:", "最短的反例:"),
    "incomplete": (
        "cut short by --states: nothing broke so far, and not everything was explored",
        "因 --states 而中断:目前未见违反,但并未穷尽",
    ),
    "too_few": (
        "fewer interleavings than required; allow more faults, for example --total 2",
        "交错数少于要求;请增加故障,例如 --total 2",
    ),
    "holds": (
        "no unit and no slot was promised twice, and everything was served in the end",
        "没有任何单元或席位被重复派遣,最终全部得到处置",
    ),
    "records": ("journal records", "日志记录"),
}
