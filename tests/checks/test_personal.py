"""Personal numbers: found wherever they stand, in whatever notation; a record's own numbers never are."""

import re
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noveto.checks import personal
from noveto.checks.digits import is_card, is_identity
from noveto.checks.personal import text_findings
from noveto.findings import Finding

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity(area: str, born: date, order: str) -> str:
    body = f"{area}{born:%Y%m%d}{order}"
    return body + "10X98765432"[sum(w * int(d) for w, d in zip(WEIGHTS, body, strict=True)) % 11]


def luhn(body: str) -> str:
    return next(body + d for d in "0123456789" if luhn_sum(body + d) % 10 == 0)


def luhn_sum(number: str) -> int:
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(number))]
    return sum(d - 9 if d > 9 else d for d in doubled)


def full(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def scan(text: str, kind: str = "case") -> list[Finding]:
    return text_findings(text.encode(), kind=kind, file="x.yml")


def codes(text: str, kind: str = "case") -> list[str]:
    return [finding.code for finding in scan(text, kind)]


MOBILE = [
    "13800001111", "138 0000 1111", "138-0000-1111", "+86 138 0000 1111", "+8613800001111", "8613800001111",
    "008613800001111", "013800001111", "138－0000－1111", "138—0000—1111", "138·0000·1111", "138.0000.1111",
    "1 3 8 0 0 0 0 1 1 1 1", "138　0000　1111", "(+86)13800001111", "tel13800001111", "微信13800001111", "138 00001111",
    "1380000 1111", "138\u00a00000\u00a01111", "13800001111（微信同号）", "电话:13800001111", "138_0000_1111", "138/0000/1111",
]  # fmt: skip
LANDLINE = [
    "0566-2023456", "05662023456", "(0566)2023456", "（0566）2023456", "0566 2023456", "0566—2023456-801", "010-62345678",
    "021 6234 5678", "0551-63456789", "电话2023456", "电话：2023456", "电话号码为 2023456", "电话202-3456",
    "+86-566-2023456", "0086 566 2023456",
]  # fmt: skip
IDENTITY = "341702199003071236"
PLATES = [
    "皖R12345",
    "皖R·12345",
    "皖RD12345",
    "皖R12345D",
    "皖 R12345",
    "皖r12345",
    "京A1234学",
    "苏E·8K321",
    "皖Ｒ１２３４５",
    "皖RAB123",
    "皖RFA1234",
    "皖RK12345",
    "皖R12345F",
    "皖R1234挂",
]
ACCOUNTS = [
    "QQ12345", "QQ：123456789", "qq号 1234567890", "ＱＱ１２３４５６", "QQ号码是 88812345", "微信号 zhang_san66", "微信：abc-12345",
    "微信号wxid_abc123", "微信ID:Abcdef", "微信号（lisi2020）", "微信账号为 12345678",
]  # fmt: skip
MAILS = [
    "zhangsan@qq.com",
    "邮箱li.si+1@mail.example.cn",
    "QQ邮箱12345678@qq.com",
    "ａｂｃ＠163.com",
    "z_3@foxmail.com",
]
PASSPORTS = [
    "E12345678",
    "G50212345",
    "EA1234567",
    "护照号码 E20260305",
    "护照：p1234567",
    "港澳通行证C12345678",
    "台胞证H12345678",
    "台胞证01234567",
    "台胞证号：20260305",
    "台湾居民来往大陆通行证号码为 01234567",
    "台湾居民往来大陆通行证0123456789(B)",
    "港澳居民来往内地通行证，证件号码为：H12345678",
    "回乡证 m1234567801",
]


@pytest.mark.parametrize("text", [*MOBILE, *map(full, MOBILE[:4])])
def test_mobile(text: str) -> None:
    assert codes(f"facts: 请打{text}。\n") == ["NV601"]


@pytest.mark.parametrize("text", [*LANDLINE, full("0566-2023456")])
def test_landline(text: str) -> None:
    assert codes(f"facts: 请打{text}。\n") == ["NV602"]


@pytest.mark.parametrize(
    "text", [IDENTITY, full(IDENTITY), "341702 19900307 1236", "3417 0219 9003 0712 36", "44142519710201101X".lower()]
)
def test_identity(text: str) -> None:
    plain = re.sub(r"[^0-9xX]", "", text) if text.isascii() else IDENTITY
    assert is_identity(plain.upper()) == (plain == IDENTITY)
    assert codes(f"facts: 身份证{text}。\n") == (["NV603"] if plain == IDENTITY else [])


def test_identity_ending_in_x() -> None:
    number = next(n for k in range(100, 200) if (n := identity("340702", date(1988, 2, 29), str(k))).endswith("X"))
    assert codes(f"facts: {number}\n") == ["NV603"]
    assert codes(f"facts: {number.lower()}，\n") == ["NV603"]


def test_old_identity() -> None:
    assert codes("facts: 证号340702620315123。\n") == ["NV604"]
    assert codes("facts: 工单号340702620315123。\n") == []
    assert codes("facts: 证号340702621315123。\n") == []


@pytest.mark.parametrize("text", PASSPORTS)
def test_passport(text: str) -> None:
    assert codes(f"facts: 持{text}。\n") == ["NV605"]


@pytest.mark.parametrize("text", PLATES)
def test_plate(text: str) -> None:
    assert codes(f"facts: 车牌{text}，\n") == ["NV606"]


@pytest.mark.parametrize("text", ACCOUNTS)
def test_account(text: str) -> None:
    assert codes(f"facts: 加{text}，\n") == ["NV608"]


@pytest.mark.parametrize("text", MAILS)
def test_mail(text: str) -> None:
    assert codes(f"facts: 发到{text}，\n") == ["NV609"]


@pytest.mark.parametrize("where", ["redirect", "staff"])
def test_accounts_of_offices_may_stand_where_ways_to_offices_stand(where: str) -> None:
    if where == "redirect":
        text = HEAD + "  redirect: {unit: jtj, how: 发到 czjtj@163.com 或者加微信号 czjtj2020}\n"
        assert scan(text) == []
        assert codes(text.replace("redirect", "result")) == ["NV609", "NV608"]
    else:
        assert codes("staff:\n- id: a\n  emails: [liu@example.cn]\n", "staff") == []


@pytest.mark.parametrize(
    "body", ["622202130400123456", "621700123456789", "955880012345678901", "451234567890123", "60138212345678901"]
)
def test_card(body: str) -> None:
    number = luhn(body)
    assert codes(f"facts: 卡号{number}。\n") == ["NV607"]
    assert codes(f"facts: 卡号{' '.join(number[i : i + 4] for i in range(0, len(number), 4))}。\n") == ["NV607"]
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert not is_card(wrong)
    assert codes(f"facts: 卡号{wrong}。\n") == []


CLEAN = [
    "rsj-20261010-01", "scjgj-20260305-0001", "czdt-c20260305-01", "gj-2026-001", "2026-03-05T09:40", "2026-03-05",
    "文号〔2022〕73号", "池数资函〔2022〕73号", "91341700MA2RR12X1B", "11341700003284567K", "12345", "13,812,345,678 元",
    "13812345678元", "13812345678.50", "20260305123456789", "0301-20260305", "15.25-16.75 150", "工单 GD15202603051",
    "138****1111", "0566****123", "2026-03-05 2026-03-06 12", "2019、2020、2021", "电话通知20260305", "面积 150 2019 2020",
    "10000002026030512345", "新R01, R07 材料", "E20260305", "341700202603050012", "注册号341702600123456", "400-820-8820",
    "12345热线 8000", "k7f3q9x2", "8:30-12:00、14:00-17:30", "第 12 条第 3 款", "m-0123", "3 个工作日", "1,380,000.00",
    "宗地面积 138.00 平方米，0.5 亩", "电话 8000", "电话约定 10 月 8 日", "G318 国道", "皖政〔2020〕12号", "皖S2022",
    "皖RSJ2023", "皖RS12345", "皖RDA123B", "皖RABC12", "台胞证已核对", "台胞证 20260305 签发", "国药准字H20013062", "国药准字H34021234",
    "来往大陆通行证2本", "QQ群123456789", "QQ 1234", "微信号 zh***66", "微信Android版", "微信小程序 abc123", "zh***@qq.com",
    "z***g@qq.com", "zwfw@chizhou.gov.cn", "面积13812345678平方毫米", "13812345678 万元", "13812345678份", "13812345678号文",
    "13812345678美元", "3401112026030500123", "1998-0001234", "2026/03/05 10:05", "从 2026-03-05 到 2026-03-11", "sha 0123456789abcdef0123",
]  # fmt: skip


@pytest.mark.parametrize("text", CLEAN)
def test_what_records_hold_anyway_is_no_personal_number(text: str) -> None:
    assert scan(f"facts: 见{text}，\nlog:\n- at: 2026-03-05T10:05\n  text: {text}\n") == []


def test_place_is_exact_and_the_number_is_not_repeated() -> None:
    text = "id: rsj-20261010-01\nfacts: |\n  第一行。\n  请打 138-0000-1111 或者 0566-2023456。\nlog:\n"
    found = scan(text)
    assert [(f.code, f.line, f.column, f.field) for f in found] == [
        ("NV601", 4, 6, "facts"),
        ("NV602", 4, 23, "facts"),
    ]
    for finding in found:
        assert "0000" not in finding.message
        assert "202345" not in finding.message
        assert finding.severity == "error"


def test_place_survives_bom_and_crlf() -> None:
    found = text_findings("\ufefffacts: 请打\r\nremark: 13800001111\r\n".encode(), kind="case", file="x.yml")
    assert [(f.line, f.column, f.field) for f in found] == [(2, 9, "remark")]


def test_number_across_lines() -> None:
    assert codes("facts: |\n  打 138 0000\n  1111 找他\n") == ["NV601"]


HEAD = "id: a-20260305-01\nlog:\n- at: 2026-03-05T10:05\n  step: answered\n"


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "  redirect: {unit: jtj, how: 到窗口, phone: 0566-2023456}\n",
        HEAD + "  redirect:\n    unit: jtj\n    phone: 0566-2023456\n",
        HEAD + "  redirect:\n    phone: 13800001111\n",
        HEAD + "- at: 2026-03-05T10:05\n  step: corrected\n  field: log.1.redirect.phone\n  now: 0566-2023456\n",
    ],
)
def test_telephone_of_a_redirect_is_an_office_number(text: str) -> None:
    assert scan(text) == []


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "  text: 打 0566-2023456\n",
        HEAD + "  phone: 0566-2023456\n",
        HEAD + "  redirect: {unit: jtj, how: 打 0566-2023456}\n",
        "applicant: {kind: person, phone: 0566-2023456}\n",
        HEAD + "- at: 2026-03-05T10:05\n  step: corrected\n  field: log.1.text\n  now: 0566-2023456\n",
    ],
)
def test_telephone_elsewhere_is_not(text: str) -> None:
    assert codes(text) == ["NV602"]


CARD = luhn("622202130400123456")


@pytest.mark.parametrize(
    "text",
    [
        f"external: [{{system: 热线, number: {CARD}}}]\n",
        f"external:\n- system: 热线\n  number: {CARD}\n",
        f"documents:\n- title: 决定\n  number: {CARD}\n",
        HEAD + f"  documents:\n  - {{title: 决定, number: {CARD}}}\n",
    ],
)
def test_document_numbers_are_no_cards(text: str) -> None:
    assert scan(text) == []
    assert codes(text.replace("number:", "title:")) == ["NV607"]


def test_document_numbers_may_still_not_be_identity_numbers() -> None:
    assert codes(f"external: [{{system: 热线, number: {IDENTITY}}}]\n") == ["NV603"]


@pytest.mark.parametrize("kind", sorted(personal.REGISTRY))
def test_registry_holds_office_numbers(kind: str) -> None:
    assert codes(f"{kind}:\n- id: a\n  phone: 0566-2023456\n  guide: 打 0566-2023456\n", kind) == []
    assert codes(f"{kind}:\n- id: a\n  phone: 13800001111\n", kind) == []
    assert codes(f"{kind}:\n- id: a\n  ext: 13800001111\n", kind) == ["NV601"]


WORDS = st.text(alphabet="办理窗口事项材料，。：（）座某号 \n", max_size=12)
GROUPING = st.sampled_from([(11,), (3, 4, 4), (3, 8), (7, 4)])


@given(
    WORDS, WORDS, st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), GROUPING, st.sampled_from("- ·—－　"), st.booleans()
)
def test_any_mobile_in_any_text(
    before: str, after: str, number: str, sizes: tuple[int, ...], sep: str, wide: bool
) -> None:
    if len(sizes) == 3 and number[3:5] in ("19", "20") and number[7:9] in ("19", "20"):
        return  # three columns of a table with two years
    groups, start = [], 0
    for size in sizes:
        groups.append(number[start : start + size])
        start += size
    written = sep.join(groups)
    text = f"{before}电{full(written) if wide else written}号{after}"
    found = scan(text)
    assert [f.code for f in found] == ["NV601"]
    place = text.index("电" + (full(written) if wide else written)) + 1
    assert found[0].line == text.count("\n", 0, place) + 1
    assert found[0].column == place - (text.rfind("\n", 0, place) + 1) + 1
    assert number not in found[0].message


NUMBER = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
UNITS = [
    "元", "万元", "美元", "人民币元", "亩", "万亩", "吨", "份", "平方米", "平方毫米", "平方公里", "立方米", "㎡", "公里", "公顷", "千克", "毫米",
    "毫升", "字节", "号文",
]  # fmt: skip


@given(
    st.sampled_from(["面积", "总额", "共", "见", "编为"]), NUMBER, st.sampled_from(["", " "]), st.sampled_from(UNITS)
)
def test_an_amount_is_no_mobile_unless_a_word_says_so(before: str, number: str, gap: str, unit: str) -> None:
    assert codes(f"{before}{number}{gap}{unit}，") == []
    for word in ("电话", "手机号：", "微信", "请打", "联系方式为 "):
        assert codes(f"{word}{number}{gap}{unit}，") == ["NV601"]


@given(
    WORDS,
    NUMBER,
    st.sampled_from(
        [
            "号",
            "米女士",
            "平某",
            "平先生",
            "元旦打",
            "元月",
            "方先生",
            "公某",
            "个人",
            "次",
            "人",
            "\n份额",
            "分机",
            "千万别打",
        ]
    ),
)
def test_words_that_are_no_unit_excuse_no_mobile(before: str, number: str, after: str) -> None:
    assert codes(f"{before}找{number}{after}") == ["NV601"]


LETTER = "A-HJ-NP-Z"
SERIALS = st.one_of(
    st.from_regex(rf"[{LETTER}0-9]{{5}}", fullmatch=True).filter(lambda serial: sum(map(str.isdigit, serial)) >= 3),
    st.from_regex(rf"[A-HJK][{LETTER}0-9][0-9]{{4}}", fullmatch=True),
    st.from_regex(r"[0-9]{5}[A-HJK]", fullmatch=True),
)


@given(WORDS, st.sampled_from("皖京沪粤苏"), st.sampled_from("ABRZ"), st.sampled_from(["", "·", " "]), SERIALS, WORDS)
def test_any_plate_in_any_text(before: str, place: str, office: str, dot: str, serial: str, after: str) -> None:
    assert codes(f"{before}{place}{office}{dot}{serial}{after}") == ["NV606"]


@given(st.from_regex(rf"[{LETTER}0-9]{{6}}", fullmatch=True))
def test_six_characters_are_a_plate_only_with_the_letter_of_a_new_energy_vehicle(serial: str) -> None:
    new = re.fullmatch(r"[A-HJK].[0-9]{4}|[0-9]{5}[A-HJK]", serial) is not None
    assert codes(f"车皖R{serial}，") == (["NV606"] if new else [])


@given(
    WORDS,
    st.sampled_from(["台胞证", "台胞证号", "台湾居民来往大陆通行证", "台湾居民来往大陆通行证号码："]),
    st.from_regex(r"0[0-9]{7}", fullmatch=True),
    WORDS,
)
def test_any_taiwan_permit(before: str, word: str, number: str, after: str) -> None:
    found = scan(f"{before}{word}{number}{after}")
    assert [finding.code for finding in found] == ["NV605"]
    assert number not in found[0].message


@given(
    st.sampled_from(["港澳居民来往内地通行证", "回乡证", "来往内地通行证号码："]),
    st.from_regex(r"[HM][0-9]{8}(?:[0-9]{2})?", fullmatch=True),
    WORDS,
)
def test_any_home_return_permit(word: str, number: str, after: str) -> None:
    assert codes(f"{word}{number}{after}") == ["NV605"]


@given(
    WORDS, st.sampled_from(["QQ", "QQ号", "qq：", "QQ号码是"]), st.from_regex(r"[1-9][0-9]{4,9}", fullmatch=True), WORDS
)
def test_any_number_after_the_word(before: str, word: str, number: str, after: str) -> None:
    found = scan(f"{before}{word}{number}{after}")
    assert [finding.code for finding in found] == ["NV608"]
    assert number not in found[0].message


@given(
    WORDS,
    st.sampled_from(["微信号", "微信号：", "微信：", "微信号是 "]),
    st.from_regex(r"[A-Za-z][A-Za-z0-9_\-]{4,18}[A-Za-z0-9_]", fullmatch=True),
    WORDS,
)
def test_any_wechat_name_after_the_word(before: str, word: str, name: str, after: str) -> None:
    assert "NV608" in codes(f"{before}{word}{name}{after}")


@given(
    WORDS,
    st.from_regex(r"[a-z0-9][a-z0-9._]{0,15}", fullmatch=True),
    st.sampled_from(["qq.com", "163.com", "mail.example.cn", "Example.COM"]),
    WORDS,
)
def test_any_address(before: str, local: str, domain: str, after: str) -> None:
    found = codes(f"{before}{local}@{domain}{after}")
    assert found in (["NV609"], ["NV601"], ["NV602"])  # a telephone number may stand before the sign
    assert codes(f"{before}a{local[:3]}@bureau.gov.cn{after}") == []


@given(
    st.sampled_from(["341702", "110105", "440305", "650102"]),
    st.dates(date(1930, 1, 1), date(2020, 12, 31)),
    st.from_regex(r"[0-9]{3}", fullmatch=True),
    st.integers(0, 17),
    st.integers(1, 9),
)
def test_identity_checksum_decides(area: str, born: date, order: str, place: int, shift: int) -> None:
    number = identity(area, born, order)
    assert codes(f"证{number}号") == ["NV603"]
    if number[place].isdigit():
        wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
        assert "NV603" not in codes(f"证{wrong}号")


@given(st.from_regex(r"9134170[0-9](?:MA)?[0-9A-HJ-NP-RTUWXY]{9}", fullmatch=True))
def test_credit_codes_are_public(code: str) -> None:
    assert [c for c in codes(f"统一社会信用代码{code[:18]}。") if c != "NV607"] == []


@given(st.from_regex(r"[1-9][0-9]{16,18}", fullmatch=True))
def test_long_order_numbers_pass_unless_a_check_holds(number: str) -> None:
    assert bool(codes(f"单号{number}。")) == (is_card(number) or is_identity(number))


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(0, 9999), st.integers(0, 23), st.integers(0, 59))
def test_own_numbers_of_a_record(day: date, number: int, hour: int, minute: int) -> None:
    nn = f"{number:02d}"
    text = (
        f"id: scjgj-{day:%Y%m%d}-{nn}\nraised: {day}T{hour:02d}:{minute:02d}\nmatter: {{id: m-{number:04d}}}\nfacts: 从 {day} 到 {day}，"
        f"{number} 元\nlog:\n- at: {day}T{hour:02d}:{minute:02d}\n  step: linked\n  id: gjj-{day:%Y%m%d}-{nn}\n"
    )
    assert scan(text) == []


FRAGMENTS = st.sampled_from(
    [
        *MOBILE,
        *LANDLINE,
        *PLATES,
        *PASSPORTS,
        *ACCOUNTS,
        *MAILS,
        *CLEAN,
        IDENTITY,
        CARD,
        "电话",
        "手机",
        "：",
        "，",
        "\n",
        " ",
        "事项",
        "A",
        "皖",
        "（",
        "１２３",
    ]
)


@given(st.lists(FRAGMENTS, max_size=8))
def test_gate_never_hides_a_number(parts: list[str]) -> None:
    data = "".join(parts).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(personal, "_clean", lambda _: False)
        thorough = text_findings(data, kind="case", file="x")
    assert text_findings(data, kind="case", file="x") == thorough


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    text_findings(data, kind="case", file="x")


@pytest.mark.parametrize(
    "piece",
    [
        "1 ",
        "1-",
        "13800001111\n",
        "E12345678 ",
        "1\n ",
        "皖R12345",
        "电话2",
        "62 ",
        "a@b.",
        "a.",
        "QQ12345 ",
        "微信号abcdef ",
        "台胞证",
    ],
)
def test_large_files_take_seconds_at_most(piece: str) -> None:
    data = (piece * 100_000).encode()[:150_000]
    start = time.process_time()
    found = text_findings(data, kind="case", file="x")
    assert time.process_time() - start < 8
    assert len(found) <= personal.MOST
