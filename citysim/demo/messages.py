"""The messages of the demo's terminal, in English and Chinese: key → (English, Chinese).

The names of stages and laws are here too; those of kinds are the packs'.
"""

from collections.abc import Mapping

from citybrain.pack.load import built_in

LANGUAGES = ("en", "zh")

MESSAGES: Mapping[str, tuple[str, str]] = {
    "title": ("one city on one machine", "一台机器上的一座城市"),
    "streets": ("Street agents", "街面终端"),
    "districts": ("Districts", "区级节点"),
    "city": ("City", "市级"),
    "laws": ("Laws", "定律"),
    "recent_events": ("Recent events", "最近动态"),
    "source": ("camera / sensor", "摄像机/传感器"),
    "fps": ("frames/s", "帧/秒"),
    "infer": ("infer ms", "推理毫秒"),
    "frames": ("frames: used · skipped · dropped", "帧:已用·略过·丢弃"),
    "visibility": ("visibility", "可见状态"),
    "outbox": ("outbox", "发件箱"),
    "queue": ("queue", "队列"),
    "crews": ("crews", "队伍"),
    "link": ("link to city", "市级链路"),
    "up": ("up", "正常"),
    "down": ("down", "中断"),
    "free": ("free", "空闲"),
    "plans": ("plans", "方案"),
    "plans_made": ("Plans", "方案"),
    "officer": ("officer", "值班长"),
    "operator": ("operator", "区级值班员"),
    "crew": ("crew", "队伍"),
    "planner": ("planner", "规划器"),
    "orders": ("orders", "任务"),
    "law": ("law", "定律"),
    "checked": ("checked", "已查"),
    "violations": ("violations", "违反"),
    "holds": ("holds", "成立"),
    "inconclusive": ("inconclusive", "未判"),
    "nothing_checked": ("nothing to check yet", "暂无可查"),
    "district": ("district", "区"),
    "in-process": ("in this process:", "进程内:"),
    "Ray is starting": ("Ray is starting", "Ray 启动中"),
    "none": ("none yet", "暂无"),
    "left": ("s left", "秒后结束"),
    "running": ("running until Ctrl-C", "按 Ctrl-C 结束"),
    "consoles": ("Consoles", "控制台"),
    "commands": ("Commands", "命令"),
    "accounts": (
        "Name and password at the consoles, for this run",
        "本次运行的控制台账号与密码",
    ),
    "sign_in_links": (
        "Or by one click, each link once, within a quarter of an hour",
        "或点击链接直接登录，每个链接一刻钟内仅可用一次",
    ),
    "duty_officer": ("duty officer", "值班长"),
    "supervisor": ("supervisor", "值班主管"),
    "lab": (
        "Lab mode, no certificates: this broker proves nobody",
        "实验模式，无证书：该消息代理不验证任何人的身份",
    ),
    # set-up steps
    "step_clips": ("video clips", "视频素材"),
    "step_map": ("streets", "街道地图"),
    "no_map": ("none, the pages draw a plain ground", "无，页面使用空白底图"),
    "step_model": ("model", "模型"),
    "step_configs": ("configurations in", "配置写入"),
    "step_identities": ("throw-away authority", "一次性证书颁发机构"),
    "step_broker": ("broker", "消息代理"),
    "step_city": ("coordinator and districts", "市级与区级节点"),
    "step_agents": ("street agents", "街面终端"),
    "step_people": ("crews, duty officer", "队伍与值班长"),
    "stopping": ("stopping in order", "按序停止"),
    "ready": ("ready", "就绪"),
    # process events of the supervisor
    "started": ("started", "已启动"),
    "died": ("died and will be started again", "意外退出,将重启"),
    "gave_up": ("died too often and stays down", "多次退出,不再重启"),
    "stopped": ("stopped", "已停止"),
    # simulated people
    "officer_issued": ("the simulated duty officer issued plan", "模拟值班长下达方案"),
    "operator_opened": ("the simulated operator opened", "模拟区级值班员立案"),
    # summary
    "summary": ("Summary of this run", "本次运行结果"),
    "frames_seen": ("Frames", "视频帧"),
    "captured": ("captured", "采集"),
    "used": ("analysed", "已分析"),
    "gated": ("not due", "未到时"),
    "dropped": ("dropped", "丢弃"),
    "in_progress": ("in progress", "处理中"),
    "unaccounted": ("unaccounted for", "下落不明"),
    "events": ("Events", "事件"),
    "incidents": ("Incidents by stage", "案件(按阶段)"),
    "orders_by_stage": ("Orders by stage", "任务(按阶段)"),
    "full_lifecycle": ("Went through every stage", "走完全程"),
    "cross_district": ("Helped across districts", "跨区支援"),
    "latency": ("Latency", "时延"),
    "hop": ("hop", "环节"),
    "deaths": ("Processes that died and came back", "意外退出并恢复的进程"),
    "simulated": ("By simulated people", "由模拟人员完成"),
    "verdict_good": (
        "The whole loop was seen, and no law was violated.",
        "完整闭环已呈现,各项定律全部成立。",
    ),
    "verdict_bad": ("Missing:", "缺少:"),
    "folder": ("Everything of this run is in", "本次运行的全部文件在"),
    "issued": ("issued", "已下达"),
    # hops
    "frame_to_journal": ("frame → district journal", "画面→区级日志"),
    "journal_to_incident": ("journal → incident opened", "日志→立案"),
    "incident_to_order": ("incident → order issued", "立案→下达"),
    "order_to_accepted": ("order → crew accepted", "下达→接受"),
    "camera_to_order": ("camera → crew order, own crew", "画面→任务(本区)"),
    "camera_to_order_city": ("camera → crew order, by the city", "画面→任务(跨区)"),
    # laws
    "nothing_lost": ("nothing lost", "不丢失"),
    "nothing_twice": ("nothing twice", "不重复"),
    "one_unit_one_order": ("one unit, one live order", "一队一任务"),
    "one_slot_one_order": ("one slot, one live order", "一需求位一任务"),
    "promises_kept": ("promises kept, step by step", "承诺必守"),
    "chains_whole": ("journals' chains whole", "日志链完整"),
    "same_state": ("same journal, same state", "同日志同状态"),
    "no_silent_blindness": ("no silent blindness", "失明必报"),
    "losses_declared": ("every loss declared", "丢失必报"),
    "bounds_kept": ("every bound kept", "上限必守"),
    "ground_truth_delivery": ("nothing lost, by ground truth", "不丢失(真值)"),
    "ground_truth_verification": ("clear means clear, by ground truth", "核查属实(真值)"),
    "ground_truth_crew_answers": ("an answer counts once, by ground truth", "答复只计一次(真值)"),
    "ground_truth_node_time": ("no node believes a wrong date", "节点不信错误日期(真值)"),
    "ground_truth_reports": ("a report counts once, by ground truth", "报案只计一次(真值)"),
    "ground_truth_pages": ("whoever must be called is called", "该呼叫的人都已呼叫(真值)"),
    "ground_truth_darkness": ("lasting darkness is a case, once", "持续失明必成一案(真值)"),
    "playbook_kept": ("an incident keeps its playbook", "案件沿用其预案"),
    "nothing_unproved": (
        "nothing is believed of whom it was not proved",
        "未经证实身份者所言一概不信",
    ),
    "verified_closing": ("closed means seen fixed", "核查方可结案"),
    "confirmed_closing": ("what is still seen is ended knowingly", "仍可见者须确认方可结案"),
    "unique_numbers": ("a case number is given once", "案件编号不重复"),
    "timers_fire": ("timers fire", "时限必达"),
    "agreement": ("district and city agree", "区市一致"),
    "messages_kept": ("messages to crews kept", "消息不失"),
    "no_frames": ("no frame leaves the box", "画面不出箱"),
    # stages of incidents and orders
    "reported": ("reported", "已上报"),
    "opened": ("opened", "已立案"),
    "dispatched": ("dispatched", "已派遣"),
    "working": ("working", "处置中"),
    "committed": ("committed", "已指派"),
    "returning": ("returning", "返回中"),
    "delayed": ("delayed", "延误"),
    "available": ("available", "空闲"),
    "out_of_service": ("out of service", "停用"),
    "handled": ("handled", "已处置"),
    "verified": ("verified", "已核查"),
    "closed": ("closed", "已结案"),
    "merged": ("merged", "已合并"),
    "rejected": ("rejected", "不予立案"),
    "deferred": ("deferred", "已挂账"),
    "reopened": ("reopened", "重新立案"),
    "proposed": ("proposed", "已提议"),
    "reserved": ("reserved", "已预留"),
    "accepted": ("accepted", "已接受"),
    "en_route": ("en route", "途中"),
    "on_scene": ("on scene", "现场"),
    "done": ("done", "已完成"),
    "refused": ("refused", "已拒绝"),
    "expired": ("expired", "已过期"),
    "withdrawn": ("withdrawn", "已撤回"),
    "observed": ("observed", "可见"),
    "degraded": ("degraded", "受限"),
    "blind": ("blind", "失明"),
    # visibility reasons and buttons
    "vehicle_fault": ("vehicle trouble", "车辆故障"),
    "wrong equipment": ("wrong equipment", "装备不符"),
    "the way is blocked": ("the way is blocked", "道路不通"),
    "held up": ("held up", "被耽搁"),
    "scene_change": ("the scene changed", "画面突变"),
    "signal_loss": ("no signal", "无信号"),
    "frozen": ("frozen", "画面冻结"),
    "too_dark": ("too dark", "过暗"),
    "too_bright": ("too bright", "过亮"),
    "too_blurry": ("blurred", "模糊"),
    "no_source": ("no such file or device", "找不到源"),
    "no_model": ("no model", "缺少模型"),
    "starting": ("starting", "启动中"),
    "accept": ("accepted", "接受"),
    "depart": ("set out", "出发"),
    "arrive": ("arrived", "到达"),
    "finish": ("finished", "完成"),
    "cannot": ("cannot", "无法执行"),
}


class Translator:
    """Translates keys into one language. A key that is not in the table is shown as it is."""

    def __init__(self, language: str, messages: Mapping[str, tuple[str, str]] = MESSAGES) -> None:
        self.language, self._messages = language, messages
        self._column = LANGUAGES.index(language)

    def __call__(self, key: str) -> str:
        pair = self._messages.get(key)
        return self._kind(key) if pair is None else pair[self._column]

    def _kind(self, key: str) -> str:
        """The word of an incident kind, as the pack has it."""
        return built_in().words.get(f"kind.{key}", {}).get(self.language, key)
