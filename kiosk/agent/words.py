"""What the print agent says in its terminal, in both languages."""

from client.network import EN, ZH

WORDS: dict[str, tuple[str, str]] = {
    "pair": (
        "请主管在配对页面输入此配对码：{code}\n  {url}",
        "A supervisor confirms this code: {code}\n  {url}",
    ),
    "paired": ("已配对为「{name}」（设备号 {id}）", "Paired as “{name}” (device {id})"),
    "not_kept": (
        "无法保存令牌，重启后须重新配对：{error}",
        "The token cannot be kept, so it pairs anew after a restart: {error}",
    ),
    "unpaired": ("服务器不认识此设备，重新配对", "The server does not know this device: pairing anew"),
    "connected": ("已连接 {server}，等待打印", "Connected to {server}, waiting for tickets"),
    "lost": ("连接中断，正在重连…", "Connection lost, coming back…"),
    "away": ("连不上服务器 {server}，继续重试…", "Cannot reach {server}, trying on…"),
    "no_websocket": (ZH, EN),
    "printed": ("{number} 已打印", "{number} printed"),
    "failed": ("{number} 未打印：{reason}", "{number} not printed: {reason}"),
    "paper_low": ("纸快用完了", "paper is running low"),
    "paper_out": ("缺纸", "out of paper"),
    "cover_open": ("打印机盖未关", "the printer's cover is open"),
    "offline": ("打印机离线", "the printer is offline"),
    "unreachable": ("连不上打印机", "the printer cannot be reached"),
    "torn": ("只打印了一部分，请检查纸张和连线", "only a part of it is on paper: look at the paper and the cable"),
    "slow_line": (
        "串口速率为 {baud}：一张 80 毫米小票约需 {seconds} 秒。"
        "请把打印机和此地址都设为 115200（如 serial:COM3@115200）",
        "The serial line has {baud} baud: an 80 mm ticket takes about {seconds} s. "
        "Set the printer and this address to 115200 (as in serial:COM3@115200)",
    ),
    "missing_driver": (
        "缺少打印机驱动库，请安装 hallcall[printer]",
        "a library for this printer is missing: install hallcall[printer]",
    ),
    "late": ("等候打印过久，已放弃", "it waited too long for the printer"),
    "door": (
        "服务器断线时，本机取号页面可经 http://127.0.0.1:{port} 打印",
        "While the server is away this computer's kiosk page prints at http://127.0.0.1:{port}",
    ),
    "door_taken": (
        "端口 {port} 无法使用（{error}），断线时本机取号页面不能打印，请停用占用该端口的程序",
        "Port {port} cannot be used ({error}): the kiosk's page cannot print while the server is away. "
        "Stop the program that has the port",
    ),
    "no_letters": (
        "缺少中文字体：断线时打印的票只有英文。请把服务器的 printing/fonts 文件夹复制到本机同一位置",
        "No Chinese letters here: tickets printed while the server is away have the English lines alone. "
        "Copy the server's folder printing/fonts to the same place here",
    ),
    "bad_picture": ("服务器送来的图像无法读取", "the server's picture cannot be read"),
    "bad_server": ("{server} 不是 http:// 或 https:// 地址", "{server} is no http:// or https:// address"),
    "only_server": (
        "{server} 带有页面路径，请只写服务器地址，如 http://192.168.1.20:8000",
        "{server} names a page: give the server's address alone, as in http://192.168.1.20:8000",
    ),
    "stopped": ("已停止", "Stopped"),
}


def say(language: str, key: str, **values: object) -> str:
    """The sentence of `key`."""
    chinese, english = WORDS[key]
    return (chinese if language.startswith("zh") else english).format(**values)
