"""Goals into records: targets, baselines, milestones and statements, with their confidence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise

from hatangso.engines.plantext.clauses import Setting
from hatangso.engines.plantext.conjoined import conjoined
from hatangso.engines.plantext.dates import moments_in
from hatangso.engines.plantext.goal import Goal, Rest
from hatangso.engines.plantext.goals import read_goals
from hatangso.engines.plantext.indicators import Match, match_completed, match_indicator
from hatangso.engines.plantext.layout import Block
from hatangso.engines.plantext.mending import mended, spoilt_words
from hatangso.engines.plantext.quantities import per_100_in, years_in
from hatangso.engines.plantext.records import Baseline, Statement, Target, Warning
from hatangso.engines.plantext.sections import Outline
from hatangso.engines.plantext.spans import Span, fold
from hatangso.engines.plantext.tables import Column, read_row
from hatangso.engines.plantext.vocabulary import IndicatorVocabulary, any_of, words

_AIMS = {"goals", "general_goals"}
_DEADLINE = re.compile(
    r"\bhoan thanh (?:truoc|trong|vao|xong|nam|cham nhat)\b|"
    r"\b(?:truoc|cham nhat|trong|muon nhat|vao|den het)\s+(?:ngay\s+|cuoi\s+)?"
    r"(?:nam\s+20|quy\s|thang\s+\d|\d{1,2}\s*/\s*\d)"
)
_TERM = re.compile(r"\W*(?:thoi han|thoi gian|thoi diem|tien do)\b")
"""A clause that only says by when."""
_NOISE = re.compile(r"[\s\W]+")


@dataclass(slots=True)
class Readings:
    """What has been read so far."""

    targets: list[Target] = field(default_factory=list)
    baselines: list[Baseline] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    warnings: list[Warning] = field(default_factory=list)


@cache
def _done() -> re.Pattern[str]:
    apart = "|".join(
        rf"{any_of([opening])}[^;.]{{3,120}}?{any_of([close])}"
        for opening, close in words().data["milestones"]["done_apart"]
    )
    return re.compile(words().pattern("milestones", "done") + "|" + apart)


@cache
def _hopes() -> re.Pattern[str]:
    return re.compile(words().pattern("milestones", "hopes"))


@cache
def _tells_state() -> re.Pattern[str]:
    return re.compile(words().pattern("baseline", "cues"))


_BY_SPOILT_WORD = 0.96
"""Factor of confidence for each word that had to be put right."""


def group_of_heading(titles: Iterable[str]) -> str:
    """Return the catalogue's group that headings speak of, the nearest first, or "other"."""
    clues = (
        ("passive", ("dung chung", "thu dong", "cong be", "cot treo", "tram bts")),
        ("mobile", ("di dong", "5g", "4g")),
        ("fixed", ("co dinh", "cap quang", "internet")),
        ("cloud", ("dam may", "trung tam du lieu")),
        ("platform", ("nen tang so",)),
        ("technology", ("cong nghe so", "iot", "ai", "blockchain")),
        ("fixed", ("vien thong", "bang rong")),
    )
    for title in titles:
        folded = fold(title)
        for group, phrases in clues:
            if any(re.search(rf"\b{phrase}\b", folded) for phrase in phrases):
                return group
    return "other"


_AHEAD = re.compile(r"\b(?:dinh huong|tam nhin|huong (?:toi|den))\b")
"""What a heading names behind these words is beyond its goals: "đến 2025, định hướng 2030"."""


def year_of_heading(title: str) -> int | None:
    """Return the year that a heading sets for its goals: the last of its own."""
    folded = fold(title)
    years = years_in(folded)
    ahead = _AHEAD.search(folded)
    near = [y for y in years if ahead is None or y.begin < ahead.start()]
    return (near or years)[-1].year if years else None


def setting_of(
    block: Block, blocks: list[Block], plan: Outline, section: int | None, default: Setting
) -> Setting:
    """Return what stands around a block: its part, year, and whether it tells what stands."""
    part = plan.role(section)
    year: int | None = None
    for above in plan.chain(section):
        year = year_of_heading(above.title)
        if year is not None:
            break
    year = year if year is not None else default.year
    baseline = part == "baseline"
    as_of = None
    if baseline:
        as_of = next(
            (m[-1].iso for s in plan.chain(section) if (m := moments_in(fold(s.title)))), None
        )
    subject = ""
    intro = blocks[block.intro] if block.intro is not None else None
    if intro is not None:
        said = fold(intro.text)
        moments = moments_in(said)
        if baseline or _tells_state().search(said) or _opens_a_state(said):
            baseline = True
            as_of = moments[-1].iso if moments else as_of
        elif moments and moments[-1].year is not None:
            year = moments[-1].year
        if not _only_times_or_long(said) and not baseline:
            subject = intro.text.rstrip(" :")
    elif block.footnote and _tells_state().search(fold(block.text)):
        baseline = True
    return replace(default, year=year, baseline=baseline, as_of=as_of, part=part, subject=subject)


def _opens_a_state(folded: str) -> bool:
    """Whether words that introduce a list tell what stands."""
    return words().role_of_heading(folded) == "baseline"


def _only_times_or_long(folded: str) -> bool:
    return len(folded) > 160 or words().is_year_heading(folded)


def read_block(
    block: Block,
    section: int | None,
    setting: Setting,
    titles: list[str],
    text: str,
    vocabulary: IndicatorVocabulary,
    into: Readings,
) -> None:
    """Read one block of the goals, tasks or baseline part into targets and the rest."""
    block = replace(block, span=mended(block.span, vocabulary.known_words))
    goals, rests = read_goals(block.span, setting)
    for goal in goals:
        if setting.part in {"tasks", "organisation"} and goal.baseline and not setting.baseline:
            continue
        for each in conjoined(goal, vocabulary):
            _keep(each, block.span, section, setting, titles, text, vocabulary, into)
    if setting.part not in _AIMS or setting.baseline:
        return
    loose: list[Rest] = []
    rests = [part for rest in rests for part in _deeds(rest, block.text)]
    for rest in rests:
        if not _milestone(rest, block, section, setting, titles, text, vocabulary, into):
            loose.append(rest)
    if loose and len(loose) == len(rests) and not goals:
        start, end = block.span.place(0, len(block.span))
        if len(_NOISE.sub("", block.text)) >= 12 and not block.text.rstrip().endswith(":"):
            into.statements.append(Statement(text[start:end], start, end, section))
        return
    for rest in loose:
        if len(_NOISE.sub("", block.text[rest.begin : rest.end])) >= 12:
            start, end = block.span.place(rest.begin, rest.end)
            into.statements.append(Statement(text[start:end], start, end, section))


def read_table_row(
    block: Block,
    columns: list[Column],
    section: int | None,
    setting: Setting,
    titles: list[str],
    text: str,
    vocabulary: IndicatorVocabulary,
    into: Readings,
) -> bool:
    """Read a row of a table of goals; say whether it held any."""
    cells = tuple(mended(cell, vocabulary.known_words) for cell in block.cells)
    row = read_row(replace(block, cells=cells), columns, setting)
    if row is None:
        return False
    for goal in row.goals:
        _keep(goal, row.span, section, setting, titles, text, vocabulary, into)
    return True


def _keep(
    goal: Goal,
    span: Span,
    section: int | None,
    setting: Setting,
    titles: list[str],
    text: str,
    vocabulary: IndicatorVocabulary,
    into: Readings,
) -> None:
    quantity = goal.quantity
    key = max(goal.begin, min(quantity.number_begin, goal.end - 1))
    start, end = span.place(goal.begin, goal.end, key)
    odd = {"relative-change", "subset"} & set(goal.notes)
    speed = goal.condition if goal.condition and goal.condition.unit == "Mbps" else None
    match = match_indicator(goal.subject, quantity.unit, speed, vocabulary)
    if match.code is None and not odd:
        match = _match_in_context(goal, setting.subject, titles, vocabulary) or match
    if goal.whole:
        # "Xây dựng mới 350 trạm BTS, trong đó 50% dùng chung": a share of those that are new.
        of_whole = match_indicator(f"{goal.whole} {goal.subject}", "%", speed, vocabulary)
        match, odd = of_whole, odd if of_whole.code is None else set()
    if odd == {"subset"} and quantity.unit == "%" and match.confidence >= _WHOLE:
        odd = set()  # "trong đó 75% số hộ gia đình ...": it names all of them again
    indicator = None if odd else match.code
    if setting.part == "tasks" and quantity.unit != "%":
        indicator = None
    condition = goal.condition if indicator is None else speed
    unit, warned = _unit(goal, indicator, vocabulary)
    if quantity.noun is not None and indicator is None and unit == quantity.unit:
        unit = words().written("numbers", "count_nouns", span.text[slice(*quantity.noun)])
    elif quantity.kind == "count" and indicator is None:
        again = re.search(rf"(?<!\w){re.escape(unit)}(?!\w)", fold(span.text))
        said = span.text[slice(*again.span())] if again else unit
        unit = words().written("numbers", "count_nouns", said)
    group = vocabulary.groups[indicator] if indicator else group_of_heading([goal.subject, *titles])
    if setting.part == "tasks":
        group = "task"
    confidence = goal.confidence * match.confidence
    if indicator is None and len(goal.subject.split()) < _TELLING:
        confidence = min(confidence, 0.7)
    if setting.part == "tasks" or _ALREADY.search(span.text, goal.begin, goal.end):
        confidence = min(confidence, 0.85)
    elif setting.part == "general_goals" or setting.part not in {"goals", "baseline"}:
        confidence = min(confidence, 0.8)
    if quantity.kind in {"count", "rank", "index"}:
        confidence = min(confidence, 0.8)
    quote = text[start:end]
    spoilt = len(spoilt_words(quote, vocabulary.known_words))
    confidence = round(confidence * _BY_SPOILT_WORD ** min(spoilt, 4), 3)
    value = _plain(quantity.value)
    for note in goal.notes:
        _warn(note, start, end, into)
    if warned:
        _warn(warned, start, end, into)
    if goal.baseline:
        into.baselines.append(
            Baseline(
                indicator,
                quantity.comparator,
                value,
                unit,
                _year(goal.as_of),
                group,
                condition,
                quote,
                start,
                end,
                section,
                confidence,
                goal.as_of,
                goal.subject,
            )
        )
        return
    if indicator is None:
        _warn("new-indicator", start, end, into)
    into.targets.append(
        Target(
            indicator,
            quantity.comparator,
            value,
            unit,
            goal.year,
            group,
            condition,
            quote,
            start,
            end,
            section,
            confidence,
            goal.subject,
        )
    )


_ALREADY = re.compile(r"\bđã\b", re.IGNORECASE)
"""What is done already may be told as it stands, though no word of state says so."""

_WHOLE = 0.9
"""A share "trong đó" whose words say an indicator so well is of it, not of a part."""

_TELLING = 3
"""A new indicator with fewer words than this is not surely told. [words]"""

_LEANING_SUBJECT = 9
"""A subject of so many words or fewer may lean on the goal before it. [words]"""

_BARE_SUBJECT = 5
"""A subject of so many words or fewer may lean on the heading above it. [words]"""


def _match_in_context(
    goal: Goal, above: str, titles: list[str], vocabulary: IndicatorVocabulary
) -> Match | None:
    """Match a bare subject ("cột treo cáp: 95%") with the label or heading that completes it."""
    length = len(goal.subject.split())
    if not goal.subject or length > _LEANING_SUBJECT:
        return None
    for context in () if length > _BARE_SUBJECT else (goal.context, above, *titles[:1]):
        if not context or context in goal.subject:
            continue
        match = match_indicator(
            f"{context} {goal.subject}", goal.quantity.unit, goal.condition, vocabulary
        )
        if match.code is not None and match.confidence >= 0.9:
            return replace(match, confidence=0.85)
    if not goal.previous:
        return None
    return match_completed(
        goal.subject, goal.previous, goal.quantity.unit, goal.condition, vocabulary
    )


def _year(as_of: str | None) -> int | None:
    return int(as_of[:4]) if as_of and as_of[:4].isdigit() else None


def _plain(value: float) -> float:
    return int(value) if float(value).is_integer() else round(value, 6)


def _unit(
    goal: Goal, indicator: str | None, vocabulary: IndicatorVocabulary
) -> tuple[str, str | None]:
    """Return the unit of a goal's value, and the code of a warning where it was mended."""
    unit = goal.quantity.unit
    if indicator is not None:
        wanted = vocabulary.units[indicator]
        return wanted, "percent-for-rate" if wanted == "per 100 people" and unit == "%" else None
    folded = fold(goal.subject)
    if per_100_in(folded) and unit in {"%", ""}:
        return "per 100 people", "percent-for-rate" if unit == "%" else None
    if unit == "accounts":
        adult = "truong thanh" in folded
        person = re.search(r"\bmoi nguoi|/nguoi|binh quan dau nguoi", folded)
        return ("accounts per adult" if adult else "accounts per person" if person else unit), None
    return unit or "count", None


def _deeds(rest: Rest, text: str) -> list[Rest]:
    """Part "tắt sóng 2G vào tháng 9/2024, tắt sóng 3G vào năm 2028": each deed has its time."""
    folded = fold(text[rest.begin : rest.end])
    moments = moments_in(folded)
    if len(moments) < 2:
        return [rest]
    cuts = [
        comma.end()
        for comma in re.finditer(r",\s*(?:va\s+)?", folded)
        if _done().match(folded, comma.end())
        and any(m.end <= comma.start() for m in moments)
        and any(m.begin >= comma.end() for m in moments)
    ]
    places = [0, *cuts, len(folded)]
    return [Rest(rest.begin + a, rest.begin + b) for a, b in pairwise(places)]


def _milestone(
    rest: Rest,
    block: Block,
    section: int | None,
    setting: Setting,
    titles: list[str],
    text: str,
    vocabulary: IndicatorVocabulary,
    into: Readings,
) -> bool:
    """Keep a clause as a milestone if it can be checked; say whether it was."""
    if setting.part != "goals":
        return False
    said = block.text[rest.begin : rest.end]
    folded = fold(said)
    done = _done().search(folded)
    if not done or _TERM.match(folded):
        return False
    match = match_indicator(said, "yes/no", None, vocabulary)
    confidence = match.confidence
    if match.code is None:
        hope = _hopes().search(folded)
        early = done.start() <= 40 or _DEADLINE.search(folded) is not None
        if hope or not early or len(said) > 300:
            return False
        confidence = 0.72
    moments = moments_in(folded)
    year = moments[-1].year if moments and moments[-1].year else setting.year
    begin, end = rest.begin, rest.end
    while begin < end and said[begin - rest.begin] in " ,;:.-–":
        begin += 1
    while end > begin and block.text[end - 1] in " ,;:./":
        end -= 1
    start, stop = block.span.place(begin, end)
    group = vocabulary.groups[match.code] if match.code else group_of_heading([said, *titles])
    if match.code is None:
        _warn("new-indicator", start, stop, into)
    into.targets.append(
        Target(
            match.code,
            "=",
            1,
            "yes/no",
            year,
            group,
            None,
            text[start:stop],
            start,
            stop,
            section,
            round(min(confidence, 0.97), 3),
            block.text[begin:end],
        )
    )
    return True


_MESSAGES = {
    "percent-for-rate": (
        "Viết “%” cho một chỉ tiêu tính trên 100 dân: được hiểu là số trên 100 dân.",
        'Written with "%" for a rate per 100 people: taken as a number per 100 people.',
    ),
    "mended-number": (
        "Con số có ký tự bị nhận dạng sai và đã được sửa: cần xem lại.",
        "The number held misread characters and was mended: check it.",
    ),
    "approximate": (
        "Con số được nêu là khoảng chừng: ghi là đúng bằng.",
        "The number is said to be approximate: recorded as equal.",
    ),
    "range": (
        "Mục tiêu là một khoảng: ghi mức thấp nhất của khoảng.",
        "The target is a range: its lower end is recorded.",
    ),
    "fraction": (
        "Mục tiêu viết dưới dạng phân số: đã đổi ra phần trăm.",
        "The target is written as a fraction: turned into per cent.",
    ),
    "relative-change": (
        "Con số là mức tăng hoặc giảm, không phải mức đạt: không gắn với chỉ tiêu trong danh mục.",
        "The number is a change, not a level: not tied to an indicator of the catalogue.",
    ),
    "subset": (
        "Con số là một phần của mục tiêu trước nó: không gắn với chỉ tiêu trong danh mục.",
        "The number is of a part of the goal before it: not tied to an indicator.",
    ),
    "above-all": (
        "“Trên 100%” được hiểu là 100%.",
        '"Above 100%" is taken as 100%.',
    ),
    "new-indicator": (
        "Không có chỉ tiêu nào trong danh mục ứng với mục tiêu này: đề nghị xem là chỉ tiêu mới.",
        "No indicator of the catalogue fits this target: offered as a new one.",
    ),
}


def _warn(code: str, start: int, end: int, into: Readings) -> None:
    vi, en = _MESSAGES[code]
    into.warnings.append(Warning(code, vi, en, start, end))
