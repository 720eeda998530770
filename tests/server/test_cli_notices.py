"""`hallcall notice test` and what `doctor` says of the channels, against a real mail server and a real receiver."""

import pytest

from tests.notices.fake_channels import Gateway, Mailbox, free_port
from tests.server.shell import Shell


def test_a_test_message_leaves_by_every_channel_and_says_so(shell: Shell) -> None:
    assert "No channel is set" in shell.run("notice", "test", "--to", "ming@example.cn", status=1)
    with Mailbox(free_port()).open() as box, Gateway(free_port()).open() as gateway:
        shell.environ |= {
            "HALLCALL_SMTP_URL": f"smtp://127.0.0.1:{box.port}",
            "HALLCALL_MAIL_FROM": "hall@example.cn",
            "HALLCALL_WEBHOOK_URL": f"http://127.0.0.1:{gateway.port}/in",
            "HALLCALL_WEBHOOK_SECRET": "a secret of the gateway",
        }
        said = shell.run("notice", "test", "--to", "ming@example.cn")
        assert said.splitlines() == ["email: taken", "webhook: taken"]
        assert [one["to"] for one in gateway.taken] == [{"email": "ming@example.cn"}]
        assert box.letters[0]["Subject"] == "A test of the calling system"
        said = shell.run("notice", "test", "--to", "13800138000")
        assert said.splitlines() == ["email: needs an e-mail address", "webhook: taken"]
        doctor = shell.run("doctor", status=None)
        assert f"Notices by email: 127.0.0.1:{box.port} answers." in doctor
        assert f"Notices by webhook: 127.0.0.1:{gateway.port} answers." in doctor
        assert "HALLCALL_WEBHOOK_URL is http" in doctor
        gateway.statuses = [403]
        said = shell.run("notice", "test", "--to", "ming@example.cn", status=1)
        assert "webhook: not sent, the gateway answered 403" in said
    doctor = shell.run("doctor", status=1)
    assert "BROKEN   Notices by email: the mail server cannot be reached" in doctor
    assert "BROKEN   Notices by webhook: the gateway cannot be reached." in doctor
    said = shell.run("notice", "test", "--to", "ming@example.cn", status=1)
    assert "2 of 2 failed." in said


@pytest.mark.parametrize("address", ["foo", "a@b", "@example.cn", "12", "1380013x000", ""])
def test_what_is_no_address_is_wrong_usage(shell: Shell, address: str) -> None:
    with Gateway(free_port()).open() as gateway:
        shell.environ |= {
            "HALLCALL_WEBHOOK_URL": f"http://127.0.0.1:{gateway.port}/in",
            "HALLCALL_WEBHOOK_SECRET": "a secret of the gateway",
        }
        assert "neither an e-mail address nor a phone number" in shell.run("notice", "test", "--to", address, status=2)
        assert gateway.taken == []


def test_a_phone_number_without_a_channel_for_it_is_a_failure(shell: Shell) -> None:
    with Mailbox(free_port()).open() as box:
        shell.environ |= {
            "HALLCALL_SMTP_URL": f"smtp://127.0.0.1:{box.port}",
            "HALLCALL_MAIL_FROM": "hall@example.cn",
        }
        assert "Nothing was sent" in shell.run("notice", "test", "--to", "13800138000", status=1)
        assert box.letters == []


def test_a_wrong_channel_stops_the_command_with_a_sentence(shell: Shell) -> None:
    shell.environ["HALLCALL_SMTP_URL"] = "smtp://hall:secret@mail"
    said = shell.run("notice", "test", "--to", "ming@example.cn", status=1)
    assert "HALLCALL_MAIL_FROM must be the sender" in said
    assert "secret" not in said
