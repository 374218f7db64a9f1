"""Splink behind a few functions: its settings, what it learns, what it predicts, and whether its jar is there.

Splink is imported when one of them is called: a deployment without probabilistic links never loads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from bullseye.errors import IdentityError
from bullseye.settings.linkage import Compared, Probabilistic
from bullseye.topics.identity.components import cut

if TYPE_CHECKING:
    from splink import SettingsCreator
    from splink.internals.blocking_rule_creator import BlockingRuleCreator

Model = Mapping[str, Any]
"""A model as Splink saves it: comparisons with the m and u of every level, and the prior."""
IS_NEW = "is_new"
_CONSTRAINTS = "spark.sql.constraintPropagation.enabled"
_VIEWS = "__splink__"
"""How the names of Splink's views begin."""
_NEEDS_JAR = ("damerau_levenshtein", "jaro_winkler", "name", "date", "email")


def splink_api(spark: SparkSession, spec: Probabilistic) -> Any:
    """Splink's door to the session.

    Raises IdentityError where a comparison needs the jar that Splink brings and Spark does not have it.
    """
    from splink.backends.spark import SparkAPI, similarity_jar_location

    class Api(SparkAPI):
        """Splink's tables are temporary views here, each computed once, and dropped as views.

        By itself Splink keeps some of them in Spark's cache; the counts that every step of the training reads are not among
        them, so that all pairs would be compared again in each.
        """

        def delete_table_from_database(self, name: str) -> None:
            self.spark.catalog.dropTempView(name)

        def _break_lineage_and_repartition(
            self, spark_df: DataFrame, templated_name: str, physical_name: str
        ) -> DataFrame:
            return cut(spark_df)

    api = Api(  # type: ignore[no-untyped-call]
        spark_session=spark, break_lineage_method="persist", register_udfs_automatically=False
    )
    if any(compared.by in _NEEDS_JAR for compared in spec.comparisons):
        from splink.internals.spark.jar_location import get_scala_udfs

        try:
            for name, java, type_ in get_scala_udfs():  # type: ignore[no-untyped-call]
                spark.udf.registerJavaFunction(name, java, type_)
        except PySparkException as error:
            raise IdentityError(
                "the comparisons of identity.yaml need the jar that comes with Splink, and Spark does not have it\n"
                f"  add {similarity_jar_location()} to spark.driver.extraClassPath, and on a cluster to --jars too;"
                " scripts/submit does both"
            ) from error
    return api


def train(api: Any, records: Any, sample: Any, spec: Probabilistic) -> Model:
    """Learn the model: u from all pairs of `sample`, the prior and m from `records`.

    Raises IdentityError when there is too little to learn from.
    """
    from splink import Linker
    from splink.internals.exceptions import EMTrainingException

    learner = Linker(api.register(sample), splink_settings(spec))
    learner.training.estimate_u_using_random_sampling(max_pairs=1e12, min_count_per_level=None, num_chunks=1)
    linker = Linker(api.register(records), learner.misc.save_model_to_json())
    try:
        linker.training.estimate_probability_two_random_records_match(
            [_block(columns) for columns in spec.training.sure], recall=spec.training.recall
        )
        for columns in spec.training.passes:
            linker.training.estimate_parameters_using_expectation_maximisation(
                _block(columns), estimate_without_term_frequencies=True
            )
    except (EMTrainingException, ValueError) as error:
        raise IdentityError(
            f"the weights of probabilistic links cannot be learned: {str(error).strip().splitlines()[0]}\n"
            "  look at training.sure and training.passes in identity.yaml: some records must agree on these columns"
        ) from error
    saved: Model = linker.misc.save_model_to_json()
    return saved


def predict(api: Any, records: Any, spec: Probabilistic, model: Model, *, only_new: bool) -> Any:
    """Pairs of records that match with at least the threshold's probability; with `only_new`, of pairs of which one is new.

    Two records are a pair where a column of `block_columns` is the same. The result is Splink's table, with both ids, weight,
    probability, and `gamma_<column>` for every comparison.
    """
    from splink import Linker

    settings = with_weights(splink_settings(spec, blocks=spec.block_columns, only_new=only_new), model)
    with _without_constraints(api.spark):
        linker = Linker(api.register(records), settings)
        return linker.inference.predict(threshold_match_probability=spec.threshold, warning_mode="never")


@contextmanager
def _without_constraints(spark: SparkSession) -> Iterator[None]:
    """Inside, Spark does not infer what must hold of a query's columns.

    Splink's weights are sums of nested CASE expressions, and Spark writes out what follows from each in terms of all others:
    with eight comparisons that filled a heap of 5 GB before the first pair was compared (Spark 4.2.0, Splink 5.0.0).
    """
    before = spark.conf.get(_CONSTRAINTS)
    spark.conf.set(_CONSTRAINTS, "false")
    try:
        yield
    finally:
        spark.conf.set(_CONSTRAINTS, str(before))


def release(api: Any) -> None:
    """Drop the views that Splink has made; what they hold in memory goes when Java collects them.

    They are known by their names: Splink forgets what one linker made when the next begins, and what it registered itself.
    """
    # Some dozen views. Not by the catalog's listTables, which fails where queries are not compiled (Spark 4.2.0).
    for view in api.spark.sql(f"SHOW VIEWS LIKE '{_VIEWS}*'").collect():
        api.spark.catalog.dropTempView(view["viewName"])


def pairs(predicted: DataFrame, spec: Probabilistic) -> DataFrame:
    """Splink's predictions as (party_id, other_party_id, match_weight, match_probability, comparison), the greater id first."""
    gammas = [F.col(f"gamma_{compared.column}").alias(compared.column) for compared in spec.comparisons]
    return predicted.select(
        F.greatest("party_id_l", "party_id_r").alias("party_id"),
        F.least("party_id_l", "party_id_r").alias("other_party_id"),
        F.col("match_weight").cast("double").alias("match_weight"),
        F.col("match_probability").cast("double").alias("match_probability"),
        F.to_json(F.struct(*gammas)).alias("comparison"),
    )


def splink_settings(spec: Probabilistic, *, blocks: Sequence[str] = (), only_new: bool = False) -> SettingsCreator:
    """Splink's settings, without weights, for the comparisons of identity.yaml and pairs that have one of `blocks` the same."""
    from splink import SettingsCreator

    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="party_id",
        comparisons=[_comparison(compared) for compared in spec.comparisons],
        blocking_rules_to_generate_predictions=[_block([column], only_new=only_new) for column in blocks],
        retain_matching_columns=True,  # without the values Splink drops the levels too
        retain_intermediate_calculation_columns=False,
    )


def with_weights(settings: SettingsCreator, model: Model) -> dict[str, Any]:
    """The settings with the m and u of a model, level by level, and its prior."""
    whole = settings.create_settings_dict("spark")
    for comparison, learned in zip(whole["comparisons"], model["comparisons"], strict=True):
        for level, weights in zip(comparison["comparison_levels"], learned["comparison_levels"], strict=True):
            level |= {
                name: weights[name] for name in ("m_probability", "u_probability") if weights.get(name) is not None
            }
    return {**whole, "probability_two_random_records_match": model["probability_two_random_records_match"]}


def _comparison(compared: Compared) -> Any:
    import splink.comparison_library as cl

    column, limits = compared.column, list(compared.thresholds)
    makers: Mapping[str, Any] = {
        "exact": lambda: cl.ExactMatch(column),
        "levenshtein": lambda: cl.LevenshteinAtThresholds(column, *_if_given([int(limit) for limit in limits])),
        "damerau_levenshtein": lambda: cl.DamerauLevenshteinAtThresholds(
            column, *_if_given([int(limit) for limit in limits])
        ),
        "jaro_winkler": lambda: cl.JaroWinklerAtThresholds(column, *_if_given(limits)),
        "name": lambda: cl.NameComparison(column),
        "date": lambda: cl.DateOfBirthComparison(column, input_is_string=True),
        "email": lambda: cl.EmailComparison(column),
    }
    comparison = makers[compared.by]()
    return comparison.configure(term_frequency_adjustments=True) if compared.term_frequency else comparison


def _if_given(limits: list[Any]) -> Sequence[list[Any]]:
    return (limits,) if limits else ()


def _block(columns: Sequence[str], *, only_new: bool = False) -> BlockingRuleCreator:
    from splink.blocking_rule_library import And, CustomRule, block_on

    block = block_on(*columns)
    return And(block, CustomRule(f"(l.{IS_NEW} or r.{IS_NEW})")) if only_new else block
