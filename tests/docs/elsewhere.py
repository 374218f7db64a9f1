"""The commands of the pages that tests/e2e/test_pages.py does not run, and what runs them."""

ELSEWHERE = {
    "scripts/demo": "tests/golden/test_retail_facts.py",
    "scripts/test": ".ci/run",
    "scripts/test tests/unit/insights": "tests/docs/test_add_a_job.py::test_the_test_of_the_page_passes",
    "scripts/docs --reference": "tests/docs/test_reference.py::test_a_page_is_what_the_code_says",
    "scripts/cluster scripts/submit run_suite --deployment conf/retail": "tests/e2e/test_cluster.py::"
    "test_the_suite_ends_with_the_same_tables_when_a_worker_dies_in_a_stage",
    "scripts/submit count_cohorts --deployment conf/retail": "tests/docs/test_add_a_job.py::"
    "test_the_job_has_its_place_and_its_entry",
    "scripts/submit run_suite --deployment conf/retail --as-of 2017-11-30": "tests/e2e/test_shop.py::"
    "test_later_facts_change_nothing_of_an_earlier_day",
    "scripts/submit run_suite --deployment conf/retail --from build_tags": "tests/unit/core/test_graph.py",
    "scripts/submit build_tags --deployment conf/retail --force": "tests/e2e/test_shop.py::"
    "test_later_facts_change_nothing_of_an_earlier_day",
    "scripts/submit run_suite --deployment conf/retail --set association.min_support=0.02": "tests/e2e/test_submit.py::"
    "test_a_mistake_ends_with_its_exit_code_and_names_the_place",
    "scripts/submit run_suite --deployment conf/shop": "tests/e2e/conftest.py::whole",
    "scripts/submit run_suite --deployment conf/shop --from build_training_snapshots --until score_customers": "tests/e2e/"
    "conftest.py::whole",
}
"""Command -> file, or file and test, that runs it, or the same with other names."""

NOT_RUN = {
    "spark-submit --master spark://": "scripts/submit puts this line together, and tests/e2e/test_cluster.py runs that",
    "spark-submit --master yarn": "there is no YARN here",
    "spark-submit --master k8s://": "there is no Kubernetes here",
    "pip install venv-pack": "only for YARN, and it would change the environment of the tests",
}
"""How a command begins -> why nothing runs it. Its options are checked all the same."""
