import pytest

from display.announcer.text import (
    TemplateError,
    call_sentence,
    check_template,
    clean,
    english_number,
    notice_sentences,
    spell,
    spoken_counter,
    units,
)


def spoken(language, number="A012", counter="3", **more):
    return call_sentence(language=language, number=number, counter=counter, **more).spoken


def test_the_three_languages():
    assert spoken("zh-CN") == "请 A 0 1 2 号，到 3 号窗口"
    assert spoken("zh-HK") == "請 A 0 1 2 號，到 3 號窗口"
    assert spoken("en") == "Ticket A, zero one two, please proceed to counter three"


def test_the_caption_is_the_plain_sentence():
    assert call_sentence(language="zh-CN", number="A012", counter="3").shown == "请A012号到3号窗口"
    assert call_sentence(language="en", number="A012", counter="3").shown == "Ticket A012, please proceed to counter 3"


def test_the_pieces_for_a_recorded_voice():
    sentence = call_sentence(language="zh-CN", number="A012", counter="12")
    assert sentence.pieces == ("请", "A", "0", "1", "2", "号到", "12", "号窗口")


@pytest.mark.parametrize(
    ("code", "chinese", "english"),
    [
        ("3", "3", "three"),
        ("03", "3", "three"),
        ("99", "99", "ninety-nine"),
        ("100", "1 0 0", "one zero zero"),
        ("T1", "T 1", "T, one"),
        ("VIP", "V-I-P", "V, I, P"),
        ("综合", "综合", "综合"),
        ("Reception", "Reception", "Reception"),
    ],
)
def test_counters(code, chinese, english):
    assert spoken_counter(code, language="zh-CN") == chinese
    assert spoken_counter(code, language="en") == english


def test_numbers_in_english_words():
    assert [english_number(n) for n in (0, 10, 19, 20, 21, 99)] == [
        "zero",
        "ten",
        "nineteen",
        "twenty",
        "twenty-one",
        "ninety-nine",
    ]


def test_full_width_and_lower_case_numbers_are_said_like_others():
    assert spell("ａ０１２", language="zh-CN") == "A 0 1 2"


def test_a_counters_name_is_data_not_markup():
    template = "请{number}号到{name}"
    said = spoken("zh-CN", name="<voice name='x'>税务</voice>[[a]]&\x00", template=template)
    assert said == "请 A 0 1 2 号，到 税务 a"


def test_an_endless_name_is_cut():
    assert len(spoken("zh-CN", name="很" * 500, template="{number}{name}")) < 150


def test_overrides_for_a_counter_and_for_words():
    assert spoken("zh-CN", counter="VIP", overrides={"VIP": "贵宾"}) == "请 A 0 1 2 号，到 贵宾 号窗口"
    assert spoken("zh-CN", overrides={"窗口": "柜台", "3": "三"}) == "请 A 0 1 2 号，到 三 号柜台"


@pytest.mark.parametrize("template", ["请{nummer}号", "请{number", "到{counter}号窗口", "{number}{0}", "{number}{}"])
def test_templates_that_cannot_be_used(template):
    with pytest.raises(TemplateError):
        check_template(template)


def test_a_language_without_a_sentence_is_an_error():
    with pytest.raises(KeyError):
        spoken("fr")


def test_clean_keeps_chinese_marks_and_folds_the_rest():
    assert clean("火警！ＡＢＣ\t\n 请离开，") == "火警！ABC 请离开，"


def test_a_long_notice_is_cut_where_it_pauses():
    parts = notice_sentences("请立即从最近的出口离开。" * 15, language="zh-CN")
    assert len(parts) == 2
    assert all(part.spoken.endswith("。") and len(part.spoken) <= 120 for part in parts)


def test_an_empty_notice_has_no_sentences():
    assert notice_sentences(" \n", language="en") == []


def test_units_count_what_is_said():
    assert units("请 A 0 1 2 号，到 12 号窗口") == 12
    assert units("Ticket A, zero one two") == 5
