"""Tables from spreadsheets, with all that they leave in a file and nobody sees."""

from __future__ import annotations

import pytest

from server.cli.sheet import SheetError, cleaned, decoded, read_sheet

PLAIN = "number,service,taken\nA051,pass,9:12\n,pass,9:15\n"
#: Each is the same table.
LEFT = {
    "rows of commas at the end": PLAIN + ",,\n,,\n,,,,,\n",
    "rows of commas between": "number,service,taken\n,,\nA051,pass,9:12\n,,,\n,pass,9:15\n",
    "empty rows before": "\n,,,\n" + PLAIN,
    "columns without a name": "number,service,taken,,\nA051,pass,9:12,,\n,pass,9:15,,\n",
    "a column without a name in front": ",number,service,taken\n,A051,pass,9:12\n,,pass,9:15\n",
    "line ends of Windows": PLAIN.replace("\n", "\r\n"),
    "line ends of old Macs": PLAIN.replace("\n", "\r"),
    "no line end": PLAIN.rstrip("\n"),
    "a mark in front": "\ufeff" + PLAIN,
    "two marks in front": "\ufeff\ufeff" + PLAIN,
    "quotes": '"number","service","taken"\n"A051","pass","9:12"\n"","pass","9:15"\n',
    "semicolons": PLAIN.replace(",", ";"),
    "tabs": PLAIN.replace(",", "\t"),
    "a told separator": "sep=;\n" + PLAIN.replace(",", ";"),
    "blanks that do not break": PLAIN.replace("A051", "\u00a0A051\u00a0").replace("pass", "pass\u3000"),
    "signs without width": PLAIN.replace("A051", "\u200bA051\u2060").replace("service", "ser\u00advice\u200b"),
    "full width": PLAIN.replace("A051", "Ａ０５１").replace("9:12", "９：１２"),
    "kept as a text": PLAIN.replace("A051", "'A051"),
    "kept as a formula": PLAIN.replace("A051", '"=""A051"""'),
    "capitals in the head": PLAIN.replace("number", "Number ").replace("taken", "TAKEN"),
    "an invisible last row": PLAIN + "\u00a0,\u200b, \n",
}


@pytest.mark.parametrize("name", LEFT)
def test_what_a_spreadsheet_leaves_changes_nothing(name: str) -> None:
    sheet = read_sheet(LEFT[name])
    assert sheet.columns == ("number", "service", "taken")
    assert [tuple(row.values.values()) for row in sheet.rows] == [("A051", "pass", "9:12"), ("", "pass", "9:15")]
    assert not any(row.too_many for row in sheet.rows)


def test_a_row_is_named_by_its_line_and_one_with_too_much_is_told() -> None:
    sheet = read_sheet("number,service,taken\n,,\nA051,pass,9:12,x\n")
    assert [(row.line, row.too_many) for row in sheet.rows] == [(3, True)]
    assert read_sheet("").columns == read_sheet("\n,,\n").columns == ()
    with pytest.raises(SheetError) as wrong:
        read_sheet('number,service\nA1,"pass\n')
    assert wrong.value.line >= 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_is_read_as_spreadsheets_encode_it(encoding: str) -> None:
    assert decoded("号码,业务".encode(encoding)) == "号码,业务"
    assert decoded("号码".encode("gb18030")) is None
    assert cleaned(None) == ""
