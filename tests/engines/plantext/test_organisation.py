"""Lines of the organisation part, and deadlines, in many provinces' manners.

``organisation.json`` and ``deadlines.json`` were written before the reader saw them, in three sets
each. At the first run 34 of 44, 21 of 30 and 15 of 22 groups of lines were right in every body,
role, deadline and recurrence, and 44 of 47, 25 of 32 and 22 of 24 sentences in their time; then
the reader was mended. A yearly number at the end of a sentence ("20 trạm năm 2026") was settled to
be no deadline; "nếu có vướng mắc, các đơn vị phản ánh" to give no one a part.
"""

import json
from pathlib import Path

import pytest

from hatangso.engines.plantext import read_plan
from hatangso.engines.plantext.deadlines import due_in, recurrence_in
from hatangso.engines.plantext.spans import fold

HERE = Path(__file__).parent
GROUPS = json.loads((HERE / "organisation.json").read_text(encoding="utf-8"))
TIMES = json.loads((HERE / "deadlines.json").read_text(encoding="utf-8"))

HEAD = """KẾ HOẠCH
Phát triển hạ tầng số năm 2026

I. MỤC TIÊU

- Phấn đấu 100% thôn có sóng.

II. TỔ CHỨC THỰC HIỆN

"""


@pytest.mark.parametrize("between", ["\n\n", "\n"], ids=["apart", "close"])
@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group["lines"][0][:40])
def test_bodies_roles_and_times(group: dict, between: str) -> None:
    between = "\n\n" if group.get("apart") else between
    text = HEAD + between.join(group["lines"]) + "\n\nNơi nhận:\n- Lưu: VT.\n"
    tasks = read_plan(text).tasks
    assert [
        {
            "bodies": [[body.name, body.role] for body in task.bodies],
            "due": task.due,
            "recurrence": task.recurrence,
        }
        for task in tasks
    ] == group["tasks"]
    for task in tasks:
        assert text[task.start : task.end] == task.quote


@pytest.mark.parametrize(("said", "due", "recurrence"), TIMES, ids=lambda value: str(value)[:40])
def test_time(said: str, due: str | None, recurrence: str | None) -> None:
    assert (due_in(fold(said)), recurrence_in(fold(said))) == (due, recurrence)


def test_of_several_periods_the_most_frequent_is_taken() -> None:
    assert recurrence_in(fold("Định kỳ hằng năm, 6 tháng và hằng quý báo cáo")) == "quarterly"
    assert recurrence_in(fold("Thường xuyên kiểm tra, hằng năm tổng hợp")) == "yearly"
    assert recurrence_in(fold("Triển khai theo quy định, quy hoạch")) is None
