"""The way of a filing: received, checked, sent, let in; and everything that goes wrong on it."""

import io
import zipfile
from datetime import date
from io import BytesIO

import pytest
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from tests.intake import planted
from tests.intake.conftest import (
    approve,
    carry_out,
    content_of,
    file_and_check,
    receive,
    rights,
)

from hatangso.intake import exporting, queries, services
from hatangso.intake.files import limits
from hatangso.intake.models import AssetChange, CheckFinding, FilingDuty, Submission
from hatangso.intake.services import FilingError, Given
from hatangso.inventory import queries as inventory
from hatangso.inventory import services as assets
from hatangso.inventory.tables import AssetTable
from hatangso.organisations import access
from hatangso.records.approval import State, StepRefusedError
from hatangso.records.models import Entry
from hatangso.runtime.models import Job

pytestmark = pytest.mark.django_db


def small(sites=6, poles=40):
    return planted.clean(sites, poles)


def standing(house, kind):
    return inventory.present_assets(house.first, kind)


def ids(submission):
    return set(submission.findings.values_list("check_id", flat=True))


def test_from_the_file_to_the_inventory(house, tmp_path):
    submission = receive(house, content_of(small(), tmp_path))
    assert submission.number == "NM1/2026-Q3/001"
    assert timezone.now() - submission.received_at < timezone.timedelta(minutes=1)
    assert submission.job.state == Job.State.WAITING
    carry_out(submission)
    assert submission.job.state == Job.State.DONE
    assert ids(submission) == set()
    assert submission.counts["rows"]["pole"] == 40
    assert submission.changes.filter(kind="added", entity="pole").count() == 40
    assert len(standing(house, "pole")) == 0
    approve(house, submission)
    assert submission.state == State.APPROVED
    assert len(standing(house, "pole")) == 40
    assert len(standing(house, "cell")) == 18
    mast = standing(house, "mast")
    assert mast.column("height_m").tolist() == [42.0] * 6
    entry = Entry.objects.filter(model="inventory.mast").first()
    assert entry.who == house.officer.pk
    assert not services.staged_path(submission).exists()


def test_the_same_file_twice_changes_nothing(house, tmp_path):
    given = content_of(small(), tmp_path)
    approve(house, carry_out(receive(house, given)))
    written = Entry.objects.filter(model__startswith="inventory.").count()
    again = carry_out(receive(house, given))
    assert again.changes.count() == 0
    assert {"FIL-014", "PER-004"} <= ids(again)
    with pytest.raises(FilingError, match=str(services.HINDRANCES["nothing_differs"])):
        services.send(rights(house.editor), again)
    assert Entry.objects.filter(model__startswith="inventory.").count() == written


def test_changes_are_said_field_by_field_and_an_earlier_state_can_be_shown(house, tmp_path):
    approve(house, file_and_check(house, small(), tmp_path))
    before = timezone.now()
    later = small(poles=41)
    later.rows["mast"][2]["height_m"] = 48
    del later.rows["pole"][0]
    del later.rows["occupancy"][0]
    second = file_and_check(house, later, tmp_path)
    changed = second.changes.get(kind="changed")
    assert (changed.entity, changed.code) == ("mast", "HUE00002-C")
    assert changed.fields == {"height_m": [42, 48]}
    assert second.changes.get(kind="added").code == "COT000040"
    assert set(second.changes.filter(kind="removed").values_list("code", flat=True)) == {
        "COT000000",
        "HD000",
    }
    approve(house, second)
    heights = dict(
        zip(standing(house, "mast").codes, standing(house, "mast").column("height_m"), strict=True)
    )
    assert heights["HUE00002-C"] == 48
    earlier = inventory.assets_at(house.first, "pole", before)
    assert "COT000000" in earlier.codes
    assert "COT000040" not in earlier.codes
    archive = io.BytesIO()
    counts = exporting.write_own_data(house.first, archive, before)
    assert counts["pole"] == 40


def test_changes_only_leave_the_rest_as_it_is(house, tmp_path):
    approve(house, file_and_check(house, small(), tmp_path))
    part = planted.Filing({"mast": [small().rows["mast"][1] | {"height_m": 30}]})
    submission = file_and_check(house, part, tmp_path, kind="changes")
    assert {each.kind for each in submission.changes.all()} == {"changed"}
    assert ids(submission) <= {"PER-003", "BTS-008"}
    approve(house, submission)
    assert len(standing(house, "mast")) == 6


def test_errors_keep_it_from_being_sent(house, tmp_path):
    faulty = small()
    faulty.rows["mast"][0]["height_m"] = "cao"
    submission = file_and_check(house, faulty, tmp_path)
    finding = submission.findings.get(check_id="VAL-002")
    assert finding.rows == [2]
    assert finding.values == ["cao"]
    assert finding.file_name == "nop.xlsx"
    with pytest.raises(FilingError):
        services.send(rights(house.editor), submission)
    assert submission.state == State.DRAFT


def test_nobody_approves_their_own_and_an_operator_not_at_all(house, tmp_path):
    submission = file_and_check(house, small(), tmp_path)
    services.send(rights(house.editor), submission)
    for person in (house.editor, house.rival):
        with pytest.raises((StepRefusedError, access.DeniedError)):
            services.ask_approval(rights(person), person, submission)
    submission.state = State.APPROVED
    submission.decided_by = house.editor
    with pytest.raises(IntegrityError), transaction.atomic():
        submission.save()


def test_an_operator_sees_and_infers_nothing_of_another(house, tmp_path):
    submission = file_and_check(house, small(), tmp_path)
    assert list(queries.visible(rights(house.rival))) == []
    assert list(queries.visible(rights(house.officer))) == [submission]
    approve(house, submission)
    # The rival claims the same poles at the same places, with codes of its own.
    claimed = planted.Filing({"pole": small().rows["pole"]})
    theirs = carry_out(
        receive(house, content_of(claimed, tmp_path), by=house.rival, operator=house.second)
    )
    assert theirs.number == "NM2/2026-Q3/001"
    assert theirs.findings.get(check_id="OTH-001").details[0] == "NM1"
    seen = queries.findings_of(rights(house.rival), theirs)
    assert seen.filter(check_id="OTH-001").count() == 0
    assert queries.findings_of(rights(house.officer), theirs).filter(check_id="OTH-001").exists()
    assert theirs.counts["severity"]["warning"] == sum(
        each.count for each in seen if each.severity == "warning"
    )
    for row in exporting.finding_rows(theirs):
        assert "NM1" not in map(str, row)
    with pytest.raises(access.DeniedError):
        receive(house, content_of(claimed, tmp_path), by=house.rival)


def test_a_part_is_returned_with_its_reason_and_the_rest_is_let_in(house, tmp_path):
    submission = file_and_check(house, small(), tmp_path)
    services.send(rights(house.editor), submission)
    officer = rights(house.officer)
    with pytest.raises(StepRefusedError):
        services.return_part(officer, submission, "  ", entity="pole")
    chosen = ["COT000003", "COT000004"]
    assert services.return_part(officer, submission, "đo lại", entity="pole", codes=chosen) == 2
    services.return_part(officer, submission, "chưa có hợp đồng", entity="occupancy")
    services.ask_approval(officer, house.officer, submission, "được")
    carry_out(submission)
    assert submission.state == State.APPROVED
    assert set(chosen).isdisjoint(standing(house, "pole").codes)
    assert len(standing(house, "pole")) == 38
    assert len(standing(house, "occupancy")) == 0
    left = submission.changes.filter(returned=True, entity="pole")
    assert {each.reason for each in left} == {"đo lại"}


def test_the_whole_is_returned_and_sent_again(house, tmp_path):
    submission = file_and_check(house, small(), tmp_path)
    services.send(rights(house.editor), submission)
    services.return_whole(rights(house.officer), house.officer, submission, "thiếu huyện Đông")
    submission.refresh_from_db()
    assert (submission.state, submission.decision) == (State.RETURNED, "thiếu huyện Đông")
    services.check_again(rights(house.editor), house.editor, submission)
    carry_out(submission)
    services.send(rights(house.editor), submission)
    submission.refresh_from_db()
    assert submission.state == State.SUBMITTED


def test_what_moved_on_since_the_check_is_not_applied(house, tmp_path):
    first = file_and_check(house, small(), tmp_path)
    services.send(rights(house.editor), first)
    assets.apply_changes(
        house.first,
        "pole",
        AssetTable.of_records(
            "pole",
            [
                {
                    "code": "COT000001",
                    "status": "planned",
                    "pole_class": "C1",
                    "holder_kind": "telecom",
                }
            ],
        ),
        source=assets.source_of("bằng tay"),
        why="bằng tay",
    )
    services.ask_approval(rights(house.officer), house.officer, first)
    carry_out(first)
    assert first.state == State.SUBMITTED
    assert first.job.state == Job.State.FAILED
    assert first.job.error
    assert len(standing(house, "site")) == 0


def test_approving_twice_applies_once(house, tmp_path):
    submission = file_and_check(house, small(), tmp_path)
    services.send(rights(house.editor), submission)
    services.ask_approval(rights(house.officer), house.officer, submission)
    with pytest.raises(FilingError):
        services.ask_approval(rights(house.officer), house.officer, submission)
    carry_out(submission)
    written = Entry.objects.filter(model__startswith="inventory.").count()
    # A worker that was killed after the transaction leaves its job to be carried out again.
    Job.objects.filter(pk=submission.job_id).update(state=Job.State.WAITING)
    carry_out(submission)
    assert submission.job.state == Job.State.DONE
    assert Entry.objects.filter(model__startswith="inventory.").count() == written


def test_a_check_carried_out_twice_writes_the_same(house, tmp_path):
    faulty = small()
    faulty.rows["pole"][3]["cables"] = 99
    submission = file_and_check(house, faulty, tmp_path)
    findings = list(submission.findings.values_list("check_id", "rows"))
    changes = submission.changes.count()
    Job.objects.filter(pk=submission.job_id).update(state=Job.State.RUNNING)
    carry_out(submission)
    assert list(submission.findings.values_list("check_id", "rows")) == findings
    assert submission.changes.count() == changes


def test_two_at_once_are_two_and_only_one_waits(house, tmp_path):
    first = receive(house, content_of(small(), tmp_path))
    second = receive(house, content_of(small(poles=41), tmp_path))
    assert (first.number, second.number) == ("NM1/2026-Q3/001", "NM1/2026-Q3/002")
    for each in (first, second):
        carry_out(each)
    services.send(rights(house.editor), first)
    with pytest.raises(FilingError):
        services.send(rights(house.editor), second)
    approve_first = services.ask_approval(rights(house.officer), house.officer, first)
    carry_out(approve_first)
    services.check_again(rights(house.editor), house.editor, second)
    carry_out(second)
    assert {each.code for each in second.changes.all()} == {"COT000040"}


def test_two_files_of_one_filing(house, tmp_path):
    whole = small()
    radio = planted.Filing({kind: whole.rows[kind] for kind in ("site", "mast")})
    rest = planted.Filing(
        {kind: rows for kind, rows in whole.rows.items() if kind not in radio.rows}
    )
    given = [content_of(radio, tmp_path, "vo-tuyen.xlsx"), content_of(rest, tmp_path, "kh.xlsx")]
    submission = carry_out(receive(house, given))
    assert ids(submission) == set()
    assert submission.counts["rows"]["site"] == 6
    assert submission.counts["rows"]["cell"] == 18


def test_a_broken_upload_is_a_finding_and_the_raw_file_stays(house, tmp_path):
    content = content_of(small(), tmp_path).content.read()
    submission = carry_out(
        receive(house, Given("hỏng.xlsx", BytesIO(content[: len(content) // 2])))
    )
    finding = submission.findings.get()
    assert finding.check_id == "FIL-013"
    assert "hỏng" in finding.column or "hong" in finding.details[0]
    kept = submission.files.get()
    assert kept.file.read() == content[: len(content) // 2]
    with pytest.raises(FilingError):
        services.send(rights(house.editor), submission)


@pytest.mark.parametrize(
    ("name", "content"), [("x.exe", b"MZ"), ("x.php", b"<?php"), ("khong-duoi", b"a")]
)
def test_other_kinds_of_files_are_not_taken(house, name, content):
    with pytest.raises(FilingError):
        receive(house, Given(name, BytesIO(content)))
    assert Submission.objects.count() == 0


def test_a_file_too_large_is_refused_before_it_is_kept(house, monkeypatch):
    monkeypatch.setattr(limits, "MOST_BYTES", 1 << 20)
    with pytest.raises(FilingError):
        receive(house, Given("to.csv", BytesIO(b"x" * (2 << 20))))
    assert Submission.objects.count() == 0


def test_file_names_cannot_leave_their_folder(house, files_folder, tmp_path):
    given = Given("../../../etc/Trạm Đông.xlsx", content_of(small(), tmp_path).content)
    submission = receive(house, given)
    kept = submission.files.get()
    assert kept.name == "Trạm Đông.xlsx"
    place = files_folder / kept.file.name
    assert place.resolve().is_relative_to(files_folder / "intake" / str(submission.pk))
    assert place.name == "Tram-Dong.xlsx"


def test_a_removed_operator(house, tmp_path):
    waiting = receive(house, content_of(small(), tmp_path))
    house.first.names.update(valid_from=date(2010, 1, 1), valid_to=date(2026, 1, 1))
    carry_out(waiting)
    assert waiting.job.state == Job.State.FAILED
    assert waiting.job.error
    with pytest.raises(FilingError):
        receive(house, content_of(small(), tmp_path))
    # What it filed is evidence: the body cannot be deleted under it.
    with pytest.raises(models.ProtectedError):
        house.first.delete()


def test_a_person_whose_role_ended_files_nothing(house, tmp_path):
    house.editor.roles_held.update(valid_to=timezone.localdate())
    with pytest.raises(access.DeniedError):
        receive(house, content_of(small(), tmp_path))


def test_an_officer_who_lost_the_role_before_the_job_approves_nothing(house, tmp_path):
    submission = file_and_check(house, small(), tmp_path)
    services.send(rights(house.editor), submission)
    services.ask_approval(rights(house.officer), house.officer, submission)
    house.officer.roles_held.update(valid_to=timezone.localdate())
    carry_out(submission)
    assert submission.state == State.SUBMITTED
    assert submission.job.state == Job.State.FAILED
    assert len(standing(house, "site")) == 0


def test_a_withdrawn_filing_is_not_checked(house, tmp_path):
    submission = receive(house, content_of(small(), tmp_path))
    services.withdraw(rights(house.editor), submission)
    carry_out(submission)
    assert submission.state == State.WITHDRAWN
    assert submission.checked_at is None
    assert submission.job.state == Job.State.STOPPED


def test_five_hundred_errors_are_listed_and_a_whole_column_is_said_once(house, tmp_path):
    faulty = small(poles=1200)
    for row in faulty.rows["pole"][:500]:
        row["cables"] = 77
    for row in faulty.rows["pole"]:
        row["material"] = "bê tông cốt tre"
    submission = file_and_check(house, faulty, tmp_path)
    many = submission.findings.get(check_id="POL-003")
    assert (many.count, many.whole, len(many.rows), len(many.values)) == (500, False, 500, 500)
    column = submission.findings.get(check_id="VAL-004")
    assert (column.count, column.whole) == (1200, True)
    lines = list(exporting.finding_rows(submission))
    assert sum(line[0] == "POL-003" for line in lines) == 500
    assert sum(line[0] == "VAL-004" for line in lines) == 1


def test_all_own_data_in_one_step(house, tmp_path):
    submission = approve(house, file_and_check(house, small(), tmp_path))
    archive = io.BytesIO()
    exporting.write_own_data(house.first, archive)
    with zipfile.ZipFile(archive) as packed:
        names = packed.namelist()
        assert "tai-san/pole.csv" in names
        assert "tai-san.gpkg" in names
        raw = next(name for name in names if name.endswith("nop.xlsx"))
        assert packed.read(raw) == submission.files.get().file.read()
        poles = packed.read("tai-san/pole.csv")
    # What was taken out can be filed again, and then changes nothing.
    again = carry_out(receive(house, Given("pole.csv", BytesIO(poles)), stated_entity="pole"))
    assert again.changes.count() == 0
    assert not [each for each in again.findings.all() if each.severity == "error"]


def test_what_is_due_and_what_is_missing(house, tmp_path):
    today = date(2026, 10, 20)
    FilingDuty.objects.create(
        unit=house.province,
        every="quarter",
        due_days=15,
        kinds=["site", "pole", "data_centre"],
        decision="QĐ thử",
        valid_from=date(2026, 1, 1),
    )
    due = queries.dues(rights(house.editor), today)
    assert [(each.operator.code, each.period, each.days_late) for each in due] == [
        ("NM1", "2026-Q3", 5)
    ]
    assert due[0].missing == ("site", "pole", "data_centre")
    submission = file_and_check(house, small(), tmp_path)
    services.send(rights(house.editor), submission)
    assert queries.dues(rights(house.editor), today)[0].missing == ("data_centre",)
    assert {each.operator.code for each in queries.dues(rights(house.officer), today)} == {
        "NM1",
        "NM2",
    }


def test_findings_are_bounded_and_changes_unique(house, tmp_path):
    submission = file_and_check(house, small(), tmp_path)
    assert CheckFinding.objects.count() == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        AssetChange.objects.create(
            submission=submission, entity="pole", kind="added", code="COT000001"
        )
