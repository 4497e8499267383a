"""``hatangso plans``: files loaded, refused, and read again by the command."""

import pytest
from click.testing import CliRunner
from tests.organisations.people import person

from hatangso.catalogue.services import load_catalogue
from hatangso.cli.plans import plans
from hatangso.demo.job import MADE_UP_PLANS
from hatangso.demo.province import make_province
from hatangso.demo.territory import load_made_up
from hatangso.organisations.rules import Role
from hatangso.plans import review
from hatangso.plans.models import Plan, Status

pytestmark = pytest.mark.django_db

FILE = MADE_UP_PLANS / "tinh-minh-hoa-2023.txt"
TEXT = FILE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def made_up(database_of_module):
    load_catalogue()
    load_made_up(make_province())


def run(*arguments):
    return CliRunner().invoke(plans, [str(each) for each in arguments])


def test_the_same_file_twice_is_one_plan_and_is_said(made_up, tmp_path):
    first = run("load", FILE)
    assert first.exit_code == 0, first.output
    assert "12 mục tiêu, 0 hiện trạng, 7 nhiệm vụ" in first.output
    again = tmp_path / "tên khác.txt"
    again.write_text(TEXT, encoding="utf-8")
    second = run("load", again)
    assert second.exit_code == 0
    assert "đã có trong hệ thống (12/KH-UBND" in second.output
    assert "không có gì thay đổi" in second.output
    assert Plan.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("trống.txt", b"", "trống"),
        ("trắng.txt", b" \n\t", "trống"),
        ("phở.txt", "Công thức nấu phở bò: xương, quế.".encode(), "không phải là kế hoạch"),
        ("hỏng.pdf", b"%PDF-1.7\nnothing", "hỏng"),
        ("khóa.docx", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2048), ".docx"),
        ("ảnh.png", b"\x89PNG\r\n\x1a\n" + bytes(64), "quét"),
        ("to.txt", b"a" * (21 * 2**20), "20 MB"),
    ],
)
def test_a_wrong_file_is_refused_and_changes_nothing(made_up, tmp_path, name, content, words):
    file = tmp_path / name
    file.write_bytes(content)
    answer = run("load", file)
    assert answer.exit_code == 1
    assert words in answer.output
    assert "Traceback" not in answer.output
    assert not Plan.objects.exists()


def test_what_the_reader_was_unsure_of_is_said(made_up, tmp_path):
    file = tmp_path / "hai.txt"
    file.write_text(f"{TEXT}\n\n\n{TEXT}", encoding="utf-8")
    assert "hai kế hoạch" in run("load", file).output


def test_decisions_survive_the_command_that_reads_again(made_up):
    run("load", FILE)
    plan = Plan.objects.get()
    officer = person("can-bo", Role.OFFICER)
    task = plan.tasks.first()
    review.correct(task, officer, 1, {"bodies": [["Sở Xây dựng", "lead"]]}, "đọc sót")
    review.reject(plan.targets.first(), officer, 1, "trùng")
    answer = run("read-again", plan.number)
    assert "thêm 0, bỏ 0, đọc lại 0, giữ theo quyết định 2" in answer.output
    assert plan.tasks.get(pk=task.pk).bodies == [["Sở Xây dựng", "lead"]]
    assert plan.targets.first().status == Status.REJECTED


def test_a_folder_is_loaded_and_a_fault_is_its_own_files(made_up, tmp_path):
    (tmp_path / "a-trống.txt").write_bytes(b"")
    (tmp_path / "kế hoạch.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "z-ảnh.jpg").write_bytes(b"\xff\xd8\xff" + bytes(64))
    answer = run("load", tmp_path, tmp_path / "không có.txt")
    assert answer.exit_code == 1
    assert "12/KH-UBND" in answer.stdout
    for name in ("a-trống.txt", "z-ảnh.jpg", "không có.txt"):
        assert name in answer.stderr
    assert "Traceback" not in answer.output
    assert Plan.objects.count() == 1
