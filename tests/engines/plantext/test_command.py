"""The command prints one object that keeps to the published schema."""

import json
import zipfile
from importlib.resources import files
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from click.testing import CliRunner

from hatangso.cli.plantext_read import read
from hatangso.engines.plantext import SCHEMA_VERSION

PLANS = Path(__file__).parent / "plans"
SCHEMA = json.loads(
    files("hatangso.engines.plantext").joinpath("schema.json").read_text(encoding="utf-8")
)


def faults(value: Any, schema: dict, path: str = "$") -> list[str]:
    """Return where a value breaks the part of JSON Schema that schema.json uses."""
    import re

    if "anyOf" in schema:
        tries = [faults(value, option, path) for option in schema["anyOf"]]
        return [] if any(not t for t in tries) else min(tries, key=len)
    found: list[str] = []
    if "const" in schema and value != schema["const"]:
        found.append(f"{path}: {value!r} is not {schema['const']!r}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{path}: {value!r} is not one of {schema['enum']}")
    kinds = {
        "object": dict, "array": list, "string": str, "integer": int, "number": (int, float),
        "null": type(None),
    }  # fmt: skip
    kind = schema.get("type")
    if kind and (not isinstance(value, kinds[kind]) or isinstance(value, bool)):
        return [*found, f"{path}: {value!r} is no {kind}"]
    if kind == "object":
        found += [f"{path}.{key}: missing" for key in schema["required"] if key not in value]
        for key, item in value.items():
            if key not in schema["properties"]:
                found.append(f"{path}.{key}: not in the schema")
            else:
                found += faults(item, schema["properties"][key], f"{path}.{key}")
    if kind == "array":
        for index, item in enumerate(value):
            found += faults(item, schema["items"], f"{path}[{index}]")
    if "pattern" in schema and not re.search(schema["pattern"], value):
        found.append(f"{path}: {value!r} does not match")
    if "minimum" in schema and value < schema["minimum"]:
        found.append(f"{path}: {value} is too small")
    if "maximum" in schema and value > schema["maximum"]:
        found.append(f"{path}: {value} is too large")
    return found


def run(*arguments: str) -> Any:
    return CliRunner().invoke(read, arguments)


@pytest.mark.parametrize("plan", sorted(PLANS.glob("*.txt")), ids=lambda p: p.stem)
def test_json_keeps_to_the_schema(plan: Path) -> None:
    result = run(str(plan), "--json")
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert faults(said, SCHEMA) == []
    assert said["schema_version"] == SCHEMA_VERSION
    text = plan.read_text(encoding="utf-8")
    for key in ("targets", "baselines", "statements", "tasks"):
        for record in said[key]:
            assert text[record["start"] : record["end"]] == record["quote"]


@pytest.mark.shared
def test_real_plans_keep_to_the_schema(shared: Path) -> None:
    for plan in sorted((shared / "plans").glob("*.txt")):
        said = json.loads(run(str(plan), "--json").stdout)
        assert faults(said, SCHEMA) == []


def test_the_checker_finds_faults() -> None:
    said = json.loads(run(str(PLANS / "short-commune.txt"), "--json").stdout)
    said["targets"][0]["comparator"] = "~"
    del said["targets"][1]["quote"]
    assert len(faults(said, SCHEMA)) == 2


def test_table_for_people() -> None:
    result = run(str(PLANS / "short-commune.txt"))
    assert result.exit_code == 0
    assert "UBND xã Bình An" in result.output
    assert "household_fibre_share" in result.output


def test_text_that_the_offsets_count_in(tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    source = PLANS / "short-commune.txt"
    wide = tmp_path / "wide.txt"
    wide.write_bytes(source.read_text(encoding="utf-8").replace("\n", "\r\n").encode("utf-16"))
    said = json.loads(run(str(wide), "--json", "--text-out", str(kept)).stdout)
    text = kept.read_bytes().decode("utf-8")
    assert said["source"] == {"format": "txt", "encoding": "utf-16", "characters": len(text)}
    for target in said["targets"]:
        assert text[target["start"] : target["end"]] == target["quote"]


def test_no_plan_and_no_file(tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text("", encoding="utf-8")
    result = run(str(empty))
    assert result.exit_code == 1
    assert "trống" in result.stderr
    result = run(str(tmp_path / "none.txt"))
    assert result.exit_code == 1
    assert "none.txt" in result.stderr
    assert "Traceback" not in result.output


def test_the_schema_is_printed() -> None:
    result = run("--schema")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == SCHEMA
    assert SCHEMA["$id"].endswith(SCHEMA_VERSION)


def test_a_refusal_names_the_file(tmp_path: Path) -> None:
    workbook = tmp_path / "so-lieu.xlsx"
    with zipfile.ZipFile(workbook, "w") as made:
        made.writestr("xl/workbook.xml", "<x/>")
    result = run(str(workbook))
    assert result.exit_code == 1
    assert "so-lieu.xlsx: Tệp là bảng tính" in result.stderr
    assert "Error" in run().stderr
    text_out = tmp_path / "none" / "kept.txt"
    refused = run(str(PLANS / "short-commune.txt"), "--text-out", str(text_out))
    assert refused.exit_code == 1
    assert "Không ghi được" in refused.stderr


def folder_of_plans(tmp_path: Path) -> Path:
    folder = tmp_path / "plans"
    (folder / "xa").mkdir(parents=True)
    for number, plan in enumerate(sorted(PLANS.glob("*.txt"))):
        copy(plan, folder / ("xa" if number % 2 else "") / plan.name)
    (folder / ".hidden").write_text("x", encoding="utf-8")
    (folder / "~$open.docx").write_bytes(b"x")
    return folder


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_folder_is_read_a_line_for_each_file(tmp_path: Path, workers: str) -> None:
    folder = folder_of_plans(tmp_path)
    result = run(str(folder), "--json", "--workers", workers)
    assert result.exit_code == 0, result.stderr
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["file"] for line in lines] == sorted(str(p) for p in folder.rglob("*.txt"))
    for line in lines:
        assert line["error"] is None
        alone = json.loads(run(line["file"], "--json").stdout)
        assert line["plan"] == alone
        assert faults(line["plan"], SCHEMA) == []


def test_a_fault_in_one_of_many_is_its_own(tmp_path: Path) -> None:
    folder = folder_of_plans(tmp_path)
    (folder / "anh.jpg").write_bytes(b"\xff\xd8\xff" + bytes(60))
    (folder / "trong.txt").write_text("", encoding="utf-8")
    result = run(str(folder), "--json")
    assert result.exit_code == 1
    lines = {Path(line["file"]).name: line for line in map(json.loads, result.stdout.splitlines())}
    assert len(lines) == 2 + len(list(PLANS.glob("*.txt")))
    assert "bản quét" in lines["anh.jpg"]["error"]
    assert lines["anh.jpg"]["plan"] is None
    assert "trống" in lines["trong.txt"]["error"]
    assert sum(line["error"] is None for line in lines.values()) == len(lines) - 2
    assert "2 of 11" in result.stderr
    assert "UBND xã Bình An" in run(str(folder)).stdout


def test_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    result = run(str(tmp_path))
    assert result.exit_code == 1
    assert "không có tệp nào" in result.stderr
    plan = str(PLANS / "short-commune.txt")
    assert run(plan, plan, "--text-out", str(tmp_path / "x.txt")).exit_code == 2


def test_the_unit_of_each_of_many_is_looked_up(tmp_path: Path) -> None:
    folder = folder_of_plans(tmp_path)
    asked: list[tuple] = []

    def resolve(places, on):
        asked.append((tuple(places), on))
        return f"U{len(asked)}"

    result = CliRunner().invoke(read, [str(folder), "--json", "--workers", "1"], obj=resolve)
    codes = [json.loads(line)["plan"]["header"]["unit_code"] for line in result.stdout.splitlines()]
    assert [code for code in codes if code] == [f"U{n + 1}" for n in range(len(asked))]
    assert any("xã Bình An" in places for places, _ in asked)
