"""What an operator is told of its filing does not depend on what other operators keep."""

import pytest
from django.db import transaction
from tests.intake import planted
from tests.intake.conftest import carry_out, content_of, file_and_check, receive, rights

from hatangso.intake import exporting, queries, services

pytestmark = pytest.mark.django_db


def told(house, tmp_path, *, others, to):
    """What somebody is told of the first operator's filing, the second having filed or not."""
    with transaction.atomic():
        if others:
            # The same codes at the same places, all approved: whatever is compared, fits.
            twin = receive(
                house,
                content_of(planted.clean(6, 40), tmp_path, "ben-kia.xlsx"),
                by=house.rival,
                operator=house.second,
            )
            carry_out(twin)
            services.send(rights(house.rival), twin)
            services.ask_approval(rights(house.officer), house.officer, twin)
            carry_out(twin)
        filing = planted.clean(6, 40)
        structure = filing.rows["occupancy"][0] | {"structure_owner": "NM2", "code": "HD900"}
        filing.rows["occupancy"].append(structure)
        submission = file_and_check(house, filing, tmp_path)
        asks = rights(to)
        found = {
            "number": submission.number,
            "findings": sorted(
                queries.findings_of(asks, submission).values_list("check_id", "count", "severity")
            ),
            "counts": queries.change_counts(submission),
            "changes": sorted(queries.changes_of(submission).values_list("entity", "kind", "code")),
            "table": [
                row[1:]
                for row in exporting.finding_rows(
                    submission, for_officer=queries.sees_all_operators(asks, submission)
                )
            ],
            "severity": submission.counts["severity"],
        }
        transaction.set_rollback(True)
    return found


def test_an_operator_is_told_the_same_whatever_others_keep(house, tmp_path):
    alone = told(house, tmp_path, others=False, to=house.editor)
    assert alone == told(house, tmp_path, others=True, to=house.editor)


def test_the_officer_is_told_what_the_operator_is_not(house, tmp_path):
    alone = told(house, tmp_path, others=False, to=house.officer)
    beside = told(house, tmp_path, others=True, to=house.officer)
    assert alone["findings"] != beside["findings"]
    assert "OTH-001" in {check for check, *_ in beside["findings"]}
