from datetime import datetime, timedelta, timezone

import pytest

from printing.ticket import PrintedTicket


@pytest.fixture
def ticket() -> PrintedTicket:
    return PrintedTicket(
        number="A012",
        hall={"zh-CN": "南山区行政服务大厅", "en": "Nanshan District Service Hall"},
        service={"zh-CN": "企业注册登记与变更", "en": "Business registration and changes"},
        issued_at=datetime(2026, 11, 23, 9, 31, 5, tzinfo=timezone(timedelta(hours=8))),
        ahead=3,
        wait=(10, 15),
        counters=("1", "2", "3", "4", "7"),
        url="http://192.168.1.20:8000/t/Zk3h5PqyuJ0x2mVtq8f1Ag",
    )
