"""The loop over all photos: what is printed, what is reported, and what becomes of the count."""

import json

import pytest

from anpr.cli.main import main
from anpr.cli.run import Summary
from anpr.errors import ExitCode
from anpr.types import Status, Why
from tests.builders import PLATE_TEXT, reading, result, write_photo
from tests.conftest import command

READ = result("car.jpg", reading())
NO_PLATE = result("empty.jpg")
FAILED = result("broken.jpg", reason="truncated")
UNWRITTEN = result("car.jpg", reading(), unwritten="crops: disk full")


def summary_of(*results) -> Summary:
    summary = Summary()
    for one in results:
        summary.add(one)
    return summary


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ((), ExitCode.NOTHING_TO_READ),
        ((READ,), ExitCode.OK),
        ((NO_PLATE,), ExitCode.OK),
        ((result("car.jpg", reading(confidence=0.5)),), ExitCode.OK),
        ((READ, FAILED, READ), ExitCode.SOME_FAILED),
        ((UNWRITTEN,), ExitCode.SOME_FAILED),
    ],
)
def test_the_exit_code_comes_from_the_counts(results, code):
    assert summary_of(*results).exit_code() is code


def test_photos_are_counted_by_status():
    counts = summary_of(READ, READ, NO_PLATE, FAILED).counts
    assert counts == {Status.READ: 2, Status.NO_PLATE: 1, Status.FAILED: 1}


def test_an_input_that_cannot_be_listed_fails_the_run_but_is_no_photo(caplog):
    summary = summary_of(READ)
    summary.report_problem("nowhere", "no such file or folder")
    assert summary.exit_code() is ExitCode.SOME_FAILED
    assert caplog.messages == ["nowhere: no such file or folder"]
    lonely = Summary()
    lonely.report_problem("nowhere", "no such file or folder")
    assert lonely.exit_code() is ExitCode.NOTHING_TO_READ


def test_verbose_names_the_reason_to_check_a_plate(caplog):
    caplog.set_level("DEBUG", logger="anpr")
    unsure = reading(confidence=0.5, why=Why("cut_off", "cut off by the edge of the photo"))
    summary_of(result("car.jpg", reading(), unsure))
    (told,) = [message for message in caplog.messages if "decoded" not in message]
    assert told == "car.jpg: AB12CDE 0.500 CHECK (cut_off: cut off by the edge of the photo)"


@pytest.mark.parametrize(
    ("one", "level", "message"),
    [
        (FAILED, "ERROR", "broken.jpg: truncated"),
        (NO_PLATE, "WARNING", "empty.jpg: no plate read"),
        (UNWRITTEN, "ERROR", "car.jpg: crops: disk full"),
    ],
)
def test_what_a_user_should_know_is_one_line_that_names_the_file(one, level, message, caplog):
    summary_of(one)
    assert [(record.levelname, record.message) for record in caplog.records] == [(level, message)]


def test_a_plate_that_was_read_is_no_news(caplog):
    summary_of(READ)
    assert caplog.records == []


def test_the_same_option_or_none_reads_the_same_photos(photo_file, capsys):
    for arguments in ([str(photo_file)], ["-i", str(photo_file)], ["--input", str(photo_file)]):
        assert main(arguments) == ExitCode.OK
        assert capsys.readouterr().out == f"[INFO] {PLATE_TEXT}\n"


def test_inputs_are_read_in_the_order_given(photo, photo_file, tmp_path, capsys):
    blank = write_photo(tmp_path / "blank.png", photo[:100])
    broken = tmp_path / "broken.jpg"
    broken.touch()
    arguments = [str(broken), "--format", "jsonl", "-i", str(photo_file), str(blank)]
    assert main(arguments) == ExitCode.SOME_FAILED
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["path"], row["status"]) for row in rows] == [
        (str(broken), "FAILED"),
        (str(photo_file), "READ"),
        (str(blank), "NO_PLATE"),
    ]


def test_results_alone_go_to_stdout(photo_file):
    (photo_file.parent / "z empty.jpg").touch()
    done = command(photo_file.parent)
    assert (done.returncode, done.stdout) == (1, f"[INFO] {PLATE_TEXT}\n")
    assert done.stderr.startswith(f"[ERROR] {photo_file.parent / 'z empty.jpg'}: cannot decode")


def test_a_photo_without_a_plate_is_no_failure(photo_file, photo):
    blank = write_photo(photo_file.with_name("blank.png"), photo[:100])
    done = command(blank)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"[WARNING] {blank}: no plate read\n"


@pytest.mark.parametrize("name", ["plates.csv", "plates.jsonl", "plates.parquet"])
@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("", "--region in"),
        ("--region in", ""),
        ("--one", "--region de in --one"),
        ("--pipeline tutorial", "--pipeline tutorial --psm 6"),
    ],
)
def test_a_table_is_not_resumed_with_other_options_than_it_was_made_with(
    photo_file, tmp_path, caplog, name, before, now
):
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow", reason="Parquet needs pyarrow")
    table = tmp_path / name
    run = ["-i", str(photo_file), "--output", str(table)]
    assert main([*run, *before.split()]) == ExitCode.OK
    written = table.read_bytes()
    assert main([*run, "--resume", *now.split()]) == ExitCode.USAGE
    (refusal,) = caplog.messages
    assert str(table) in refusal and str(photo_file) in refusal
    assert f"was read with {before or 'no options'}, " in refusal
    assert f"this run has {now or 'none'} " in refusal
    assert table.read_bytes() == written
    assert main([*run, "--resume", *before.split()]) == ExitCode.OK


def test_a_table_is_resumed_with_other_options_if_they_change_no_answer(photo_file, tmp_path):
    run = ["-i", str(photo_file), "--output", str(tmp_path / "plates.csv")]
    assert main(run) == ExitCode.OK
    others = ["--crops", str(tmp_path / "crops"), "--workers", "1", "--timeout", "9"]
    assert main([*run, "--resume", *others]) == ExitCode.OK
