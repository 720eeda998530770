import re
from pathlib import Path

import pytest

from server.http.hosts import KnownHosts
from server.settings.config import Config, ConfigError


def config(**environ):
    return Config.from_env({f"HALLCALL_{name}": value for name, value in environ.items()})


def test_everything_has_a_working_default():
    got = config()
    assert (got.host, got.port, got.public_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert got.async_mode == "eventlet"
    assert got.data == Path(__file__).resolve().parents[2] / "var"
    assert got.database_file == got.data / "hallcall.db"
    assert got.trusted_proxies == ()
    assert (got.session_idle_ms, got.session_ms) == (12 * 3_600_000, 7 * 86_400_000)
    assert got.demo_password is None


def test_an_empty_variable_counts_as_unset():
    assert config(PORT="", HOST=" ", DEMO_PASSWORD="").port == 8000


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "eighty", "a whole number from 1 to 65535, not 'eighty'"),
        ("PORT", "0", "from 1 to 65535"),
        ("PORT", "65536", "from 1 to 65535"),
        ("PORT", "-1", "from 1 to 65535"),
        ("PORT", "٣٣", "from 1 to 65535"),
        ("HOST", "127.0.0.1:8000", "without port"),
        ("HOST", "http://hall", "without port"),
        ("PUBLIC_URL", "hall.example.cn", "such as https://hall.example.cn"),
        ("PUBLIC_URL", "https://hall.example.cn/queue", "such as"),
        ("PUBLIC_URL", "https://hall.example.cn:99999", "such as"),
        ("TRUSTED_PROXIES", "127.0.0.1,proxy", "separated by commas"),
        ("DATABASE_URL", "postgresql://clerk:secret@db/hall", "must be an address such as"),
        ("DATABASE_URL", "hall.db", "must be an address such as"),
        ("REDIS_URL", "localhost:6379", "must be an address such as"),
        ("REDIS_URL", "redis://:secret@redis:port/0", "must be an address such as"),
        ("REDIS_URL", "redis://:secret@redis:6379/0", "SQLite has one server"),
        ("TRIAL_CLOCK", "0", "times faster than life"),
        ("TRIAL_CLOCK", "60@tomorrow", "times faster than life"),
        ("TRIAL_CLOCK", "60@2026-11-27T07:30:00", "times faster than life"),
        ("TRIAL_CLOCK", "inf@2026-11-27T07:30:00+08:00", "times faster than life"),
        ("ASYNC_MODE", "asyncio", "one of eventlet, gevent, threading"),
        ("LOG_LEVEL", "loud", "one of debug, info"),
        ("SESSION_DAYS", "0", "from 1 to 90"),
        ("LIMIT_PUBLIC", "many", "whole number"),
    ],
)
def test_a_bad_value_is_one_sentence_that_names_the_variable(name, value, says):
    with pytest.raises(ConfigError) as refused:
        config(**{name: value})
    message = str(refused.value)
    assert message.startswith(f"HALLCALL_{name} must be")
    assert says in message
    assert "\n" not in message
    assert "secret" not in message


def test_a_secret_may_come_from_a_file(tmp_path):
    file = tmp_path / "password"
    file.write_text("from the file\n", encoding="utf-8")
    assert config(DEMO_PASSWORD_FILE=str(file)).demo_password == "from the file"
    with pytest.raises(ConfigError, match="both set"):
        config(DEMO_PASSWORD_FILE=str(file), DEMO_PASSWORD="other")
    with pytest.raises(ConfigError, match=r"HALLCALL_DEMO_PASSWORD_FILE: .* cannot be read"):
        config(DEMO_PASSWORD_FILE=str(tmp_path / "none"))
    file.write_text("\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="is empty"):
        config(DEMO_PASSWORD_FILE=str(file))


def test_addresses_say_how_to_reach_the_server():
    assert config(HOST="0.0.0.0", PORT="8001").local_url == "http://127.0.0.1:8001"
    assert config(HOST="0.0.0.0", PORT="8001").listening_url == "http://0.0.0.0:8001"
    assert config(HOST="::1", PORT="8001").listening_url == "http://[::1]:8001"
    assert config(HOST="::1").public_url == "http://[::1]:8000"
    assert config(PUBLIC_URL="https://hall.example.cn/").public_url == "https://hall.example.cn"


def test_only_named_proxies_are_trusted():
    got = config(TRUSTED_PROXIES="127.0.0.1, 10.1.0.0/16")
    assert got.trusts("127.0.0.1")
    assert got.trusts("10.1.2.3")
    assert not got.trusts("10.2.0.1")
    assert not got.trusts("nonsense")
    assert not config().trusts("127.0.0.1")


def test_the_demo_widens_limits_only_when_none_were_chosen():
    assert config().public_per_minute == 120
    assert config().for_demo().public_per_minute == 10**6
    assert config(LIMIT_PUBLIC="7").for_demo().public_per_minute == 7


def test_the_platform_folder_outside_a_checkout(tmp_path, monkeypatch):
    monkeypatch.setattr("server.settings.config.CHECKOUT", tmp_path)
    monkeypatch.setattr("os.name", "posix")
    monkeypatch.setattr("sys.platform", "linux")
    got = Config.from_env({"XDG_DATA_HOME": str(tmp_path / "share")})
    assert got.data == tmp_path / "share" / "hallcall"


def test_every_setting_is_documented():
    root = Path(__file__).resolve().parents[2]
    read = set(
        re.findall(
            r'"(HALLCALL_[A-Z_]+[A-Z])"', (root / "server" / "settings" / "config.py").read_text(encoding="utf-8")
        )
    )
    documented = (root / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert len(read) > 10
    assert {name for name in read if f"`{name}`" not in documented} == set()


SECRET = "0123456789abcdef"


def test_notices_have_no_channel_unless_one_is_set():
    got = config().channels
    assert (got.mail, got.webhook, got.null) == (None, None, ())
    assert config(SMTP_URL="null:", WEBHOOK_URL="null:").channels.null == ("email", "webhook")


def test_a_mail_server_and_a_gateway():
    got = config(
        SMTP_URL="smtp://hall%40example.cn:p%2F%40ss@mail.example.cn",
        MAIL_FROM="政务大厅 <hall@example.cn>",
        WEBHOOK_URL="https://gateway.example.cn/in?key=token",
        WEBHOOK_SECRET=SECRET,
    )
    mail, hook = got.channels.mail, got.channels.webhook
    assert (mail.host, mail.port, mail.tls, mail.user, mail.password) == (
        "mail.example.cn",
        587,
        False,
        "hall@example.cn",
        "p/@ss",
    )
    assert (mail.sender, mail.domain) == ("政务大厅 <hall@example.cn>", "example.cn")
    assert (hook.url, hook.secret) == ("https://gateway.example.cn/in?key=token", SECRET)
    for hidden in ("p/@ss", "token", SECRET):
        assert hidden not in repr(got) + repr(mail) + repr(hook)
    plain = config(SMTP_URL="smtps://mail.example.cn", MAIL_FROM="hall@example.cn").channels.mail
    assert (plain.port, plain.tls, plain.user, plain.starttls) == (465, True, None, True)
    assert not config(SMTP_URL="smtp://localhost:25?starttls=off", MAIL_FROM="a@b.cn").channels.mail.starttls


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"SMTP_URL": "mail.example.cn"}, "HALLCALL_SMTP_URL must be an address such as smtp://"),
        ({"SMTP_URL": "http://mail.example.cn"}, "HALLCALL_SMTP_URL must be an address such as smtp://"),
        ({"SMTP_URL": "smtp://u:secret@mail:0"}, "HALLCALL_SMTP_URL must be an address such as smtp://"),
        ({"SMTP_URL": "smtp://u:secret@mail:99999"}, "HALLCALL_SMTP_URL must be an address such as smtp://"),
        ({"SMTP_URL": "smtp://u:sec/ret@mail"}, "HALLCALL_SMTP_URL must be an address such as smtp://"),
        ({"SMTP_URL": "smtp://u:secret@mail?tls=no"}, "HALLCALL_SMTP_URL may end in ?starttls=off"),
        ({"SMTP_URL": "smtp://u@mail"}, "HALLCALL_SMTP_URL must name both user and password"),
        ({"SMTP_URL": "smtp://mail"}, "HALLCALL_MAIL_FROM must be the sender of notices"),
        ({"SMTP_URL": "smtp://mail", "MAIL_FROM": "hall"}, "HALLCALL_MAIL_FROM must be the sender"),
        ({"SMTP_URL": "smtp://mail", "MAIL_FROM": "Hall <hall@example.cn"}, "HALLCALL_MAIL_FROM must be the sender"),
        ({"SMTP_URL": "smtp://mail", "MAIL_FROM": "a@b.cn, c@d.cn"}, "HALLCALL_MAIL_FROM must be the sender"),
        ({"WEBHOOK_URL": "gateway.example.cn"}, "HALLCALL_WEBHOOK_URL must be an address such as https://"),
        ({"WEBHOOK_URL": "ftp://gateway"}, "HALLCALL_WEBHOOK_URL must be an address such as https://"),
        ({"WEBHOOK_URL": "https://gateway"}, "HALLCALL_WEBHOOK_SECRET must be a secret of at least 16"),
        ({"WEBHOOK_URL": "https://gateway", "WEBHOOK_SECRET": "secret"}, "HALLCALL_WEBHOOK_SECRET must be a secret"),
    ],
)
def test_a_channel_that_cannot_work_is_one_sentence_without_its_password(environ, says):
    with pytest.raises(ConfigError) as refused:
        config(**environ)
    message = str(refused.value)
    assert message.startswith(says)
    assert "\n" not in message
    assert "sec" not in message.replace("a secret of", "")


def test_a_channels_secrets_may_come_from_files(tmp_path):
    (tmp_path / "smtp").write_text("smtp://u:p@mail.example.cn\n", encoding="utf-8")
    (tmp_path / "hook").write_text(SECRET + "\n", encoding="utf-8")
    got = config(
        SMTP_URL_FILE=str(tmp_path / "smtp"),
        MAIL_FROM="hall@example.cn",
        WEBHOOK_URL="https://gateway",
        WEBHOOK_SECRET_FILE=str(tmp_path / "hook"),
    ).channels
    assert (got.mail.user, got.webhook.secret) == ("u", SECRET)


@pytest.mark.parametrize("name", ["PORT", "KEEP_DAYS"])
def test_a_number_of_thousands_of_digits_is_no_number(name):
    with pytest.raises(ConfigError, match="whole number"):
        config(**{name: "9" * 5000})


def test_zeros_in_front_change_no_number():
    assert config(PORT="08080").port == 8080


@pytest.mark.parametrize("name", ["DATA", "ARCHIVE"])
def test_the_home_of_nobody_is_no_folder(name):
    with pytest.raises(ConfigError, match=f"HALLCALL_{name} must be a folder"):
        config(**{name: "~nobody-has-this-name/hall"})


def test_the_archive_lies_below_the_data_wherever_the_command_is_given(tmp_path, monkeypatch):
    def archive(named):
        return Config.from_env({"HALLCALL_DATA": str(tmp_path), "HALLCALL_ARCHIVE": named}).archive

    monkeypatch.chdir("/")
    assert archive("old") == tmp_path / "old"
    assert archive(str(tmp_path / "elsewhere")) == tmp_path / "elsewhere"
    assert archive("") == tmp_path / "archive"


def test_the_server_answers_to_its_own_names_alone_where_they_are_set():
    def said(host):
        told = []
        list(known({"HTTP_HOST": host}, lambda status, _headers: told.append(status)))
        return told[0]

    def serves(_environ, start):
        start("200 OK", [])
        return []

    got = config(HOSTS="hall.lan, Hall2.example.cn", PUBLIC_URL="http://q.gov.cn")
    known = KnownHosts(serves, names=got.hosts, public_url=got.public_url)
    own = ("hall.lan", "HALL.lan:8000", "hall2.example.cn.", "q.gov.cn", "localhost:8000", "10.0.0.5:8000", "[::1]:1")
    for host in (*own, ""):
        assert said(host) == "200 OK", host
    for host in ("evil.example", "hall.lan.evil.example", "q.gov.cn@evil.example", "[::1", "10.0.0.5.evil.example"):
        assert said(host) == "421 Misdirected Request", host
    assert config().hosts == ()
    with pytest.raises(ConfigError, match="HALLCALL_HOSTS must be names"):
        config(HOSTS="http://hall.lan")
