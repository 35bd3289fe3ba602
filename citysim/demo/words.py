"""Every word of the demo's terminal, in English and Chinese. The closed sets of the city (stages, kinds) have theirs here too; nothing else is translated."""

from collections.abc import Mapping

LANGUAGES = ("en", "zh")

WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("one city on one machine", "一台机器上的一座城市"),
    "streets": ("Street agents", "街面感知"),
    "districts": ("Districts", "区级节点"),
    "city": ("City", "市级"),
    "laws": ("Laws", "铁律"),
    "happenings": ("Last happenings", "最近动态"),
    "source": ("camera / sensor", "相机/传感器"),
    "fps": ("frames/s", "帧/秒"),
    "infer": ("infer ms", "推理毫秒"),
    "frames": ("frames: used · gated · dropped", "帧:已用·略过·丢弃"),
    "sight": ("sight", "视况"),
    "outbox": ("outbox", "待发"),
    "queue": ("queue", "队列"),
    "crews": ("crews", "队伍"),
    "link": ("link to city", "市级链路"),
    "up": ("up", "通"),
    "away": ("away", "断"),
    "down": ("down", "停"),
    "free": ("free", "空闲"),
    "plans": ("plans", "方案"),
    "planner": ("planner", "规划器"),
    "orders": ("orders", "派单"),
    "law": ("law", "铁律"),
    "checked": ("checked", "已查"),
    "broken": ("broken", "违反"),
    "kept": ("kept", "守住"),
    "district": ("district", "区"),
    "none": ("none yet", "暂无"),
    "left": ("s left", "秒后结束"),
    "running": ("running until Ctrl-C", "按 Ctrl-C 结束"),
    "consoles": ("Consoles", "控制台"),
    # set-up steps
    "step_footage": ("footage", "视频素材"),
    "step_model": ("model", "模型"),
    "step_configs": ("configurations in", "配置写入"),
    "step_broker": ("broker", "消息代理"),
    "step_city": ("coordinator and districts", "市级与区级节点"),
    "step_agents": ("street agents", "街面感知节点"),
    "step_people": ("crews, duty officer", "队伍与值班员"),
    "stopping": ("stopping in order", "按序停止"),
    "ready": ("ready", "就绪"),
    "wait_once": ("once; later runs start at once", "仅首次"),
    # happenings of the supervisor
    "started": ("started", "已启动"),
    "died": ("died and will be started again", "意外退出,将重启"),
    "gave_up": ("died too often and stays down", "多次退出,不再重启"),
    "stopped": ("stopped", "已停止"),
    # simulated people
    "officer_issued": ("the simulated duty officer issued plan", "模拟值班员下发方案"),
    "crew_pressed": ("crew", "队伍"),
    "operator_opened": ("the simulated operator opened", "模拟坐席立案"),
    # summary
    "summary": ("What this run came to", "本次运行结果"),
    "frames_seen": ("Frames", "视频帧"),
    "captured": ("captured", "采集"),
    "unaccounted": ("unaccounted", "下落不明"),
    "events": ("Events", "事件"),
    "incidents": ("Incidents by stage", "案件(按阶段)"),
    "orders_by_stage": ("Orders by stage", "派单(按阶段)"),
    "whole_way": ("Went every stage", "走完全程"),
    "helped": ("Helped across districts", "跨区支援"),
    "latency": ("Latency", "时延"),
    "hop": ("hop", "环节"),
    "deaths": ("Processes that died and came back", "意外退出并恢复的进程"),
    "simulated": ("By simulated people", "由模拟人员完成"),
    "verdict_good": ("The whole loop was seen, and no law was broken.", "完整闭环已呈现,铁律全部守住。"),
    "verdict_bad": ("Missing:", "缺少:"),
    "folder": ("Everything of this run is in", "本次运行的全部文件在"),
    "issued": ("issued", "已下发"),
    # hops
    "frame_to_journal": ("frame → district journal", "画面→区级日志"),
    "journal_to_incident": ("journal → incident opened", "日志→立案"),
    "incident_to_order": ("incident → order issued", "立案→派单"),
    "order_to_accepted": ("order → crew accepted", "派单→队伍接单"),
    "camera_to_order": ("camera → crew order, own crew", "画面→派单(本区)"),
    "camera_to_order_city": ("camera → crew order, by the city", "画面→派单(跨区)"),
    # laws
    "nothing_lost": ("nothing lost", "不丢失"),
    "nothing_twice": ("nothing twice", "不重复"),
    "one_unit_one_order": ("one unit, one live order", "一队一单"),
    "one_slot_one_order": ("one slot, one live order", "一位一单"),
    "same_state": ("same journal, same state", "同日志同状态"),
    "verified_closing": ("closed means seen fixed", "核实方可结案"),
    "timers_fire": ("timers fire", "时限必达"),
    "agreement": ("district and city agree", "区市一致"),
    "no_frames": ("no frame leaves the box", "画面不出箱"),
    # stages of incidents and orders
    "reported": ("reported", "上报"),
    "opened": ("opened", "立案"),
    "dispatched": ("dispatched", "派遣"),
    "working": ("working", "处置"),
    "handled": ("handled", "处置完"),
    "verified": ("verified", "核查"),
    "closed": ("closed", "结案"),
    "merged": ("merged", "并案"),
    "rejected": ("rejected", "不予立案"),
    "deferred": ("deferred", "挂账"),
    "reopened": ("reopened", "重开"),
    "proposed": ("proposed", "拟派"),
    "reserved": ("reserved", "预留"),
    "accepted": ("accepted", "接单"),
    "en_route": ("en route", "途中"),
    "on_scene": ("on scene", "到场"),
    "done": ("done", "完成"),
    "refused": ("refused", "退单"),
    "expired": ("expired", "过期"),
    "withdrawn": ("withdrawn", "撤回"),
    "observed": ("observed", "看得见"),
    "degraded": ("degraded", "看不清"),
    "blind": ("blind", "看不见"),
    # kinds and buttons
    "crowding": ("crowding", "人群聚集"),
    "waterlogging": ("waterlogging", "道路积水"),
    "illegal_parking": ("illegal parking", "违法停车"),
    "accept": ("accepted", "接单"),
    "depart": ("set out", "出发"),
    "arrive": ("arrived", "到场"),
    "finish": ("finished", "完成"),
    "cannot": ("cannot", "无法执行"),
}


class Words:
    """One language's. A word that is not in the table is shown as it is."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._at = LANGUAGES.index(language)

    def __call__(self, word: str) -> str:
        pair = WORDS.get(word)
        return word if pair is None else pair[self._at]
