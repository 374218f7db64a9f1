"""What is counted of Spark's event log."""

import json

from benchmark.eventlog import OUTSIDE, Stage, Work, count_events


def job_start(group: str | None) -> str:
    properties = {"spark.jobGroup.id": group} if group else {}
    return json.dumps({"Event": "SparkListenerJobStart", "Properties": properties}, separators=(",", ":"))


def stage(kind: str, number: int, group: str | None, *, start: int = 0, end: int = 0) -> str:
    info = {"Stage ID": number, "Stage Name": f"stage {number}", "Submission Time": start, "Completion Time": end}
    properties = {"spark.jobGroup.id": group} if group else {}
    event = {"Event": f"SparkListener{kind}", "Stage Info": info, "Properties": properties}
    return json.dumps(event, separators=(",", ":"))


def task_end(number: int, *, cpu: int, shuffled: int, spilled: int = 0) -> str:
    metrics = {
        "Executor CPU Time": cpu,
        "JVM GC Time": 500,
        "Disk Bytes Spilled": spilled,
        "Shuffle Write Metrics": {"Shuffle Bytes Written": shuffled},
        "Input Metrics": {"Bytes Read": 40},
        "Output Metrics": {"Bytes Written": 4},
    }
    event = {"Event": "SparkListenerTaskEnd", "Stage ID": number, "Task Metrics": metrics}
    return json.dumps(event, separators=(",", ":"))


def test_work_and_spark_jobs_are_counted_by_the_job_of_the_suite() -> None:
    tags, scores = "20170101T000000-abc/build_tags", "20170101T000000-abc/score_customers"
    found = count_events(
        [
            '{"Event":"org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionStart","physicalPlanDescription":"{"}',
            job_start(tags),
            job_start(tags),
            job_start(None),
            stage("StageSubmitted", 0, tags),
            stage("StageSubmitted", 1, scores),
            task_end(0, cpu=1_500_000_000, shuffled=10, spilled=7),
            task_end(1, cpu=250_000_000, shuffled=1),
            task_end(0, cpu=500_000_000, shuffled=20),
            '{"Event":"SparkListenerTaskEnd","Stage ID":1}',  # a task that failed before it began
            stage("StageCompleted", 0, tags, start=1000, end=3500),
        ]
    )
    of_tags = Work(2, 2.0, 1.0, shuffled_bytes=30, spilled_bytes=7, read_bytes=80, written_bytes=8)
    of_scores = Work(2, 0.25, 0.5, shuffled_bytes=1, spilled_bytes=0, read_bytes=40, written_bytes=4)
    assert found.spark_jobs == {"build_tags": 2, OUTSIDE: 1}
    assert found.work == {"build_tags": of_tags, "score_customers": of_scores}
    assert found.stages == {
        0: Stage("build_tags", "stage 0", 2.5, of_tags),
        1: Stage("score_customers", "stage 1", 0.0, of_scores),
    }
