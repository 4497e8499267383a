"""A plan's text into its records: the one entry of this engine."""

from __future__ import annotations

import re
from dataclasses import replace

from hatangso.engines.plantext.clauses import Setting
from hatangso.engines.plantext.header import ResolveUnit, header_of
from hatangso.engines.plantext.layout import Block, read_blocks
from hatangso.engines.plantext.lines import read_lines
from hatangso.engines.plantext.records import Header, PlanReading, Target, Warning
from hatangso.engines.plantext.sections import Outline, outline
from hatangso.engines.plantext.spans import fold
from hatangso.engines.plantext.tables import (
    Column,
    columns_of,
    filled_up,
    goes_on,
    head_of,
    is_subject_head,
)
from hatangso.engines.plantext.targets import Readings, read_block, read_table_row, setting_of
from hatangso.engines.plantext.task_tables import task_columns_of
from hatangso.engines.plantext.tasks import read_tasks
from hatangso.engines.plantext.timing import state_told
from hatangso.engines.plantext.vocabulary import IndicatorVocabulary, indicator_vocabulary

MAX_CHARACTERS = 5_000_000
"""Longer texts are cut, and said to be: no plan comes near it. [code points]"""

_READ_PARTS = {"goals", "general_goals", "tasks", "organisation", "baseline"}
_PLAN_WORDS = re.compile(
    r"\b(?:ke hoach|muc tieu|chi tieu|nhiem vu|to chuc thuc hien|giai phap|ubnd|uy ban nhan dan)\b"
)


def read_plan(
    text: str,
    vocabulary: IndicatorVocabulary | None = None,
    *,
    resolve_unit: ResolveUnit | None = None,
) -> PlanReading:
    """Read a plan.

    Parameters
    ----------
    text : str
        The plan as decoded, not normalised: offsets count its code points.
    vocabulary : IndicatorVocabulary, optional
        The indicators to match; those shipped with the package unless given.
    resolve_unit : callable, optional
        From the issuer's chain of place names, the smallest first, and the plan's date, to the
        code of the unit, or None.

    Returns
    -------
    PlanReading
        For any text: one that is no plan gives a reading with a warning that says so.
    """
    vocabulary = vocabulary or indicator_vocabulary()
    warnings: list[Warning] = []
    if len(text) > MAX_CHARACTERS:
        warnings.append(_warning("too-long", 0, len(text)))
        text_read = text[:MAX_CHARACTERS]
    else:
        text_read = text
    lines = read_lines(text_read)
    if not any(line.text.strip() for line in lines):
        return PlanReading(_EMPTY, warnings=(*warnings, _warning("empty")))
    blocks = read_blocks(lines)
    second = _second_plan(blocks)
    if second is not None:
        warnings.append(_warning("two-plans", blocks[second].start, len(text_read)))
        cut = blocks[second].start
        blocks = blocks[:second]
        lines = [line for line in lines if line.end <= cut]
        text_read = text_read[:cut]
    plan = outline(blocks, len(text_read))
    header = header_of(lines, blocks, text_read, resolve_unit)
    readings = Readings(warnings=warnings)
    _read_blocks(blocks, plan, header, text_read, vocabulary, readings)
    tasks = read_tasks(blocks, plan, text_read, _year_of(header))
    readings.warnings.extend(_missing(blocks, plan, header, readings))
    return PlanReading(
        header,
        plan.sections,
        tuple(readings.targets),
        tuple(readings.baselines),
        tuple(readings.statements),
        tuple(tasks),
        tuple(readings.warnings),
    )


def _year_of(header: Header) -> int | None:
    """Return the year of issue, where it is known."""
    return int(header.issued_on[:4]) if header.issued_on else None


_EMPTY = Header(None, None, None, None, None, None, None, None, (), (), None, ())


def _read_blocks(
    blocks: list[Block],
    plan: Outline,
    header: Header,
    text: str,
    vocabulary: IndicatorVocabulary,
    readings: Readings,
) -> None:
    issued_year = int(header.issued_on[:4]) if header.issued_on else None
    default = Setting(
        year=header.period_end,
        base_year=header.period_start or issued_year,
        issued=header.issued_on,
    )
    table = _Table()
    called: dict[str, str] = {}
    has_goals = any(s.role in {"goals", "general_goals"} for s in plan.sections)
    for block, section in zip(blocks, plan.of_block, strict=True):
        if block.kind == "heading":
            continue
        setting = setting_of(block, blocks, plan, section, default)
        if block.footnote and not setting.subject:
            mark = _NOTE_MARK.match(text, block.start)
            setting = replace(setting, subject=called.get(mark.group(), "") if mark else "")
        if block.kind == "row":
            if table.takes_head(block):
                continue
            if table.columns is not None and setting.part not in _PLACED:
                # An annex behind the signature, or a part with a name of its own.
                setting = replace(setting, part="goals")
        else:
            table = _Table()
        if not has_goals and setting.part in {"other", "preamble", "purpose"}:
            if not _speaks_of_goals(block):
                continue
            setting = replace(setting, part="unplaced")
        elif setting.part == "organisation":
            setting = replace(setting, part="tasks")
        elif setting.part not in _READ_PARTS and not setting.baseline:
            if setting.part not in _TELLING or not _tells_state(block, setting):
                continue
            setting = replace(setting, part="baseline", baseline=True)
        titles = [s.title for s in plan.chain(section)]
        columns = table.columns if block.kind == "row" else None
        if columns is not None:
            block = replace(block, cells=filled_up(block.cells, len(columns)))
        if columns is not None and len(block.cells) == len(columns):
            read_table_row(block, columns, section, setting, titles, text, vocabulary, readings)
            continue
        block = table.words_of(block)
        known = len(readings.targets)
        read_block(block, section, setting, titles, text, vocabulary, readings)
        if not block.footnote:
            called.update(_notes_called(block, readings.targets[known:], text))


_NOTE_MARK = re.compile(r"[¹²³⁴⁵⁶⁷⁸⁹]+|\[\d{1,2}\]|\(\d{1,2}\)")


def _notes_called(block: Block, targets: list[Target], text: str) -> dict[str, str]:
    """Return for each mark of a note in a block the subject of the target that it stands behind.

    A note may give a figure alone: "(2) Số liệu tại thời điểm 30/6/2023 là 69,35%".
    """
    found: dict[str, str] = {}
    for mark in _NOTE_MARK.finditer(text, block.start, block.end) if targets else ():
        before = [target for target in targets if target.start < mark.start()]
        if before:
            found[mark.group()] = before[-1].subject
    return found


_TELLING = {"purpose", "other"}
"""Parts that may tell what stands, though they are not for it: "Sự cần thiết"."""


def _tells_state(block: Block, setting: Setting) -> bool:
    said = fold(block.text[:_OPENING])
    return not block.footnote and state_told(said, None, replace(setting, part="goals")) is not None


_OPENING = 400
"""Words of state are looked for in so much of a block. [characters]"""

_PLACED = {"goals", "general_goals", "tasks", "baseline"}
"""Parts whose tables are what the part is."""


class _Table:
    """The head of the table that is being read: one row, or two where cells are merged."""

    def __init__(self) -> None:
        self.columns: list[Column] | None = None
        self._head: list[str] | None = None
        self._tasks: list[str] | None = None

    def words_of(self, row: Block) -> Block:
        """Return a row with the words of its task only, where it is one of a table of tasks."""
        if self._tasks is None or len(row.cells) != len(self._tasks):
            return row
        return replace(row, span=row.cells[self._tasks.index("task")])

    def takes_head(self, row: Block) -> bool:
        """Take a row as the head, or as its second line; say whether it was."""
        if self._head is not None:
            most = max(len(row.cells), len(self._head))
            row = replace(row, cells=filled_up(row.cells, most))
            self._head += [""] * (most - len(self._head))
        if self._head is not None and goes_on(row, self._head):
            self.columns = columns_of(head_of(row, self._head))
            self._head = None
            return True
        self._head = None
        head = head_of(row)
        columns = columns_of(head)
        tasks = task_columns_of(row)
        if tasks is not None:
            self._tasks, self.columns = tasks, None
            return True
        if columns is not None:
            self.columns, self._head = columns, head
            return True
        if self.columns is None and is_subject_head(head):
            self._head = head
            return True
        return False


_GOAL_WORDS = re.compile(
    r"\b(?:ty le|ti le|dat|phan dau|toi thieu|so thue bao|toc do|muc tieu|chi tieu)\b|%"
)


def _speaks_of_goals(block: Block) -> bool:
    folded = fold(block.text[:2000])
    if folded.startswith(("can cu", "thuc hien", "theo", "so:", "noi nhan")):
        return False
    return bool(_GOAL_WORDS.search(folded))


_PART_WORDS = re.compile(r"\bmuc tieu|\bnhiem vu|\bchi tieu")


def _second_plan(blocks: list[Block]) -> int | None:
    """Return the index of the block where another plan begins, or None."""
    foot: int | None = None
    goals_before = False
    for index, block in enumerate(blocks):
        folded = fold(block.text[:300])
        if foot is None and block.kind == "heading":
            goals_before = goals_before or bool(_PART_WORDS.search(folded))
        if folded.startswith("noi nhan") or re.match(r"(?:tm|kt)\s*\.\s", folded):
            foot = index
        elif (
            foot is not None
            and index > foot
            and (
                goals_before
                and re.fullmatch(r"ke hoach", folded.strip(" *:"))
                and block.text.isupper()
            )
        ):
            # Without goals before the signature it was a decision and this the plan it carries.
            return _head_of(blocks, index, foot)
    return None


def _head_of(blocks: list[Block], index: int, foot: int) -> int:
    """Return where the head above a title begins: its number, its date, its issuer."""
    while index - 1 > foot:
        folded = fold(blocks[index - 1].text)
        if re.match(r"(?:so\s*:|uy ban|ubnd|cong hoa|doc lap|tinh |huyen |xa )", folded) or (
            re.search(r"\bngay\b.*\bthang\b|\bngay\b.*\d", folded) and len(folded) < 90
        ):
            index -= 1
        else:
            break
    return index


def _missing(
    blocks: list[Block], plan: Outline, header: Header, readings: Readings
) -> list[Warning]:
    found: list[Warning] = []
    roles = {s.role for s in plan.sections}
    said = " ".join(fold(b.text[:300]) for b in blocks[:400])
    signs = len({m.group() for m in _PLAN_WORDS.finditer(said)})
    if not (roles & {"goals", "general_goals", "tasks", "organisation"}) and (
        signs < 2 and header.title is None and not readings.targets
    ):
        return [_warning("not-a-plan")]
    if not roles & {"goals", "general_goals"}:
        found.append(_warning("no-goals-part"))
    if "organisation" not in roles:
        found.append(_warning("no-organisation-part"))
    if header.signer is None:
        found.append(_warning("no-signer"))
    if header.number is None:
        found.append(_warning("no-number"))
    if header.issued_on is None:
        found.append(_warning("no-date"))
    elif len(header.issued_on) < 10:
        found.append(_warning("partial-date"))
    return found


_MESSAGES = {
    "empty": (
        "Văn bản trống: không có gì để đọc. Hãy kiểm tra lại tệp.",
        "The text is empty: there is nothing to read. Check the file.",
    ),
    "not-a-plan": (
        "Văn bản không giống một kế hoạch: không thấy mục tiêu, nhiệm vụ hay tổ chức thực hiện.",
        "The text does not look like a plan: it has no goals, tasks or organisation part.",
    ),
    "too-long": (
        "Văn bản quá dài: chỉ đọc phần đầu. Hãy tách từng kế hoạch thành một tệp.",
        "The text is too long: only its beginning was read. Give one plan per file.",
    ),
    "two-plans": (
        "Tệp có hai kế hoạch: chỉ đọc kế hoạch thứ nhất. Hãy tách thành hai tệp.",
        "The file holds two plans: only the first was read. Split it into two files.",
    ),
    "no-goals-part": (
        "Không thấy phần mục tiêu: văn bản có thể bị thiếu trang.",
        "There is no goals part: pages may be missing.",
    ),
    "no-organisation-part": (
        "Không thấy phần tổ chức thực hiện: văn bản có thể bị thiếu trang.",
        "There is no part on organisation: pages may be missing.",
    ),
    "no-signer": (
        "Không thấy người ký: văn bản có thể là dự thảo hoặc thiếu trang cuối.",
        "There is no signer: it may be a draft, or its last page is missing.",
    ),
    "no-number": (
        "Không có số văn bản: chỗ ghi số bị để trống hoặc bị mất.",
        "There is no document number: it was left blank or lost.",
    ),
    "no-date": (
        "Không có ngày ban hành: chỗ ghi ngày bị để trống hoặc bị mất.",
        "There is no date of issue: it was left blank or lost.",
    ),
    "partial-date": (
        "Ngày ban hành không đủ: chỉ ghi được phần có trong văn bản.",
        "The date of issue is incomplete: only what the text says is recorded.",
    ),
}


def _warning(code: str, start: int | None = None, end: int | None = None) -> Warning:
    vi, en = _MESSAGES[code]
    return Warning(code, vi, en, start, end)
