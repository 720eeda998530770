import re
from pathlib import Path

import pytest

from server.config import Config, ConfigError


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
        ("DATABASE_URL", "postgresql://clerk:secret@db/hall", "SQLite address"),
        ("DATABASE_URL", "hall.db", "SQLite address"),
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
    monkeypatch.setattr("server.config.CHECKOUT", tmp_path)
    monkeypatch.setattr("os.name", "posix")
    monkeypatch.setattr("sys.platform", "linux")
    got = Config.from_env({"XDG_DATA_HOME": str(tmp_path / "share")})
    assert got.data == tmp_path / "share" / "hallcall"


def test_every_setting_is_documented():
    root = Path(__file__).resolve().parents[2]
    read = set(re.findall(r'"(HALLCALL_[A-Z_]+[A-Z])"', (root / "server" / "config.py").read_text(encoding="utf-8")))
    documented = (root / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert len(read) > 10
    assert {name for name in read if f"`{name}`" not in documented} == set()
