"""The commands of the pages that tests/e2e/test_pages.py does not run, and what runs them."""

ELSEWHERE = {
    "scripts/demo": "tests/golden/test_retail_facts.py",
    "scripts/compare lake/before lake/after": "tests/comparison/test_lakes.py::"
    "test_the_command_prints_counts_without_values_and_its_exit_code_is_the_answer",
    "scripts/compare lake/before lake/after --names names.yaml --except except.yaml": "tests/comparison/test_lakes.py::"
    "test_the_command_prints_counts_without_values_and_its_exit_code_is_the_answer",
    "scripts/demo bank": "tests/bank/conftest.py",
    "scripts/test": ".ci/run",
    "scripts/test tests/unit/topics/cohorts": "tests/docs/test_add_a_topic.py::test_the_test_of_the_page_passes",
    "scripts/docs --reference": "tests/docs/test_reference.py::test_a_page_is_what_the_code_says",
    "scripts/cluster scripts/submit run_suite --deployment conf/retail": "tests/e2e/test_cluster.py::"
    "test_the_suite_ends_with_the_same_tables_when_a_worker_dies_in_a_stage",
    "scripts/serve_sql --deployment conf/retail": "tests/e2e/test_bi.py::"
    "test_the_sql_server_serves_a_lake_until_it_is_told_to_end",
    "scripts/serve_sql --deployment conf/retail --port 10001": "tests/e2e/test_bi.py::"
    "test_the_sql_server_serves_a_lake_until_it_is_told_to_end",
    "BULLSEYE_SPARK_CONF=conf/spark/hive.conf scripts/submit register_tables --deployment conf/retail --database"
    " marketing": "tests/e2e/test_bi.py::test_a_metastore_shows_the_release_to_another_application",
    "bullseye init FOLDER conf/NAME": "tests/unit/cli/test_command.py::"
    "test_init_writes_settings_for_a_folder_of_files_once_and_says_what_to_look_at",
    "bullseye init data conf/shop": "tests/unit/cli/test_command.py::"
    "test_init_writes_settings_for_a_folder_of_files_once_and_says_what_to_look_at",
    "bullseye migrate --deployment conf/retail": "tests/migrate/test_migrate.py::"
    "test_the_command_says_what_has_another_name_and_has_nothing_to_do_again",
    "bullseye withdraw RELEASE": "tests/unit/publish/test_withdraw.py::"
    "test_the_command_holds_the_lease_and_a_later_run_states_what_it_does_not_publish",
    'bullseye withdraw 20250226T020000-4f1c2a --reason "half of the receipts are missing"': "tests/unit/publish/test_withdraw.py::"
    "test_the_command_holds_the_lease_and_a_later_run_states_what_it_does_not_publish",
    "bullseye run --jobs publish_release --force": "benchmark/faults/test_releases.py::"
    "test_a_withdrawn_release_is_not_published_again_unless_forced",
    "scripts/submit count_cohorts --deployment conf/retail": "tests/docs/test_add_a_topic.py::"
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
    "trino --catalog": "there is no Trino here; tests/unit/publish/test_views.py reads the statements",
    "scripts/benchmark": "takes an hour and a quiet machine; tests/benchmark tests its parts",
    "pip install venv-pack": "only for YARN, and it would change the environment of the tests",
}
"""How a command begins -> why nothing runs it. Its options are checked all the same."""
