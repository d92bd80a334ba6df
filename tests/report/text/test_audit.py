"""The text of an audit: verdict first, then findings, coverage and limits."""

from signalcli.report.text.audit import audit_text


def test_with_and_without_findings():
    clean = audit_text([], "No leak.", ["features: all."], "Limits.", color=False)
    assert clean == "No leak.\n\nfeatures: all.\nLimits.\n"
    rows = [{"stage": "features", "column": "peek", "reach": 1}]
    text = audit_text(rows, "1 leak.", ["features: all."], "Limits.", color=False)
    lines = text.splitlines()
    assert lines[0] == "1 leak."
    assert lines[2].split() == ["stage", "column", "reach"]
    assert lines[3].split() == ["features", "peek", "1"]
    assert lines[-2:] == ["features: all.", "Limits."]
