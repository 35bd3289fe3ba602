"""The messages of a chaos run's terminal, in English and Chinese, with the demo's.

Key → (English, Chinese).
"""

from collections.abc import Mapping

from citysim.demo.messages import MESSAGES as DEMO_MESSAGES

MESSAGES: Mapping[str, tuple[str, str]] = {
    **DEMO_MESSAGES,
    "schedule": ("Faults of this run", "本次运行的故障"),
    "network": ("network between the processes", "进程间网络"),
    "net_netns": ("namespaces, a router between them", "网络命名空间,经路由器互连"),
    "net_proxy": ("loopback, a proxy for each link", "本机回环,每条链路一个代理"),
    "not_possible": ("not possible here", "此处无法进行"),
    "removed": ("removed what earlier runs had left", "已清除先前运行的残留"),
    "cameras": ("cameras on real video", "真实视频摄像机"),
    "step_health": ("waiting until every link is up and Ray plans", "等待全部链路连通、Ray 可用"),
    "step_recovery": (
        "recovery phase: an incident must be closed, then all stop",
        "恢复阶段:须有案件结案,然后依次停止",
    ),
    "the_start": ("the start of the city", "全城启动"),
    # a fault's line
    "held": ("held", "持续"),
    "recovered_after": ("recovered after", "恢复用时"),
    "not_recovered": ("not recovered in time", "未按时恢复"),
    "checks": ("laws checked", "定律查验"),
    "both": ("both directions", "双向"),
    "up": ("client to server", "客户端方向"),
    "down": ("server to client", "服务端方向"),
    # kinds
    "kill": ("kill -9", "强制终止"),
    "cut": ("link cut", "链路中断"),
    "one_way": ("one direction silent", "单向静默"),
    "delay": ("link slow", "链路迟缓"),
    "disk_full": ("disk full", "磁盘写满"),
    "clock_step": ("clock stepped", "时钟跳变"),
    "broker_forgets": ("broker wiped", "消息代理清空"),
    "ray_head": ("Ray's head killed", "Ray 头进程被杀"),
    "freeze": ("process frozen", "进程冻结"),
    # summary
    "faults": ("Faults", "故障"),
    "kind": ("kind", "种类"),
    "count": ("count", "次数"),
    "skipped": ("skipped", "跳过"),
    "median": ("recovered after, median s", "恢复中位秒"),
    "max": ("max s", "最长秒"),
    "late": ("not recovered", "未恢复"),
    "lost": ("lost", "丢失"),
    "duplicated": ("duplicated", "重复"),
    "took": ("took", "用时"),
    "records": ("records journaled", "日志记录"),
    "verdict_good": (
        "The city recovered from every fault, and no law was violated.",
        "全部故障均已恢复,各项定律全部成立。",
    ),
    "verdict_bad": ("Failures:", "失败:"),
}
