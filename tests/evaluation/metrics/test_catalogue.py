"""Which metrics stand in which table."""

from signalcli.evaluation.metrics.catalogue import ESSENTIAL, FURTHER, MAIN, METRICS, NOT_MAIN


def test_a_table_for_people_shows_some_of_the_essential_metrics_and_hides_the_others():
    assert set(MAIN) | set(NOT_MAIN) == set(ESSENTIAL)
    assert not set(MAIN) & set(NOT_MAIN)


def test_every_metric_stands_once_the_essential_ones_first():
    assert tuple(METRICS) == ESSENTIAL + FURTHER
    assert len(METRICS) == len(ESSENTIAL) + len(FURTHER)
