"""What the ledger says of the past: whose party was whose, which ids there have been, and whether it can be believed."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.errors import IdentityError

MEND = "  look at these rows of ops.identity_ledger, and restore the table to the version before them"


def known_parties(ledger: DataFrame) -> DataFrame:
    """Every party ever met, (party_id, before, events): the customer that it had last, and how many rows it has.

    The rows of a party are a walk from customer to customer, without an order that they would need: it ends at the one
    customer that was entered once more than it was left.
    """
    entered = ledger.select("party_id", "customer_id", F.lit(1).alias("step"))
    left = ledger.where(F.col("from_customer_id").isNotNull())
    steps = entered.unionByName(
        left.select("party_id", F.col("from_customer_id").alias("customer_id"), F.lit(-1).alias("step"))
    )
    visits = steps.groupBy("party_id", "customer_id").agg(
        F.sum("step").alias("balance"), F.count_if(F.col("step") > 0).alias("entered")
    )
    return visits.groupBy("party_id").agg(
        F.min(F.when(F.col("balance") > 0, F.col("customer_id"))).alias("before"),
        F.sum("entered").alias("events"),
        F.sum(F.abs("balance")).alias("ends"),
    )


def check_ledger(known: DataFrame, ledger: DataFrame, numbers: DataFrame) -> None:
    """Raise IdentityError where the ledger contradicts itself.

    The rows of a party must be one walk (see `known_parties`), and a merge must go to an older customer, one with a smaller
    number: so no chain of merges can come back to where it began.
    """
    broken = known.where((F.col("ends") != 1) | F.col("before").isNull()).count()
    if broken:
        raise IdentityError(
            f"ops.identity_ledger contradicts itself: it does not give one customer for {broken:,} parties\n{MEND}"
        )
    no = numbers.select("customer_id", "customer_no")
    merges = ledger.where(F.col("event") == "merged").select("customer_id", "from_customer_id").distinct()
    into = merges.join(no.withColumnRenamed("customer_no", "into_no"), on="customer_id", how="inner")
    gone = no.select(F.col("customer_id").alias("from_customer_id"), F.col("customer_no").alias("from_no"))
    backwards = into.join(gone, on="from_customer_id", how="inner").where(F.col("into_no") >= F.col("from_no")).count()
    if backwards:
        raise IdentityError(
            f"ops.identity_ledger has {backwards:,} merge(s) of a customer into a younger one, so that merges can run in a"
            f" circle; a merge always goes to the older id\n{MEND}"
        )


def ids_given(ledger: DataFrame) -> DataFrame:
    """Every customer id that was ever given: (customer_id)."""
    return ledger.select("customer_id").distinct()


def aliases(ledger: DataFrame, today: DataFrame) -> DataFrame:
    """Ids that are no longer in use, and the customers that have most of their parties today:
    (customer_id, current_customer_id).

    `ledger` holds the newest events too; `today` is (party_id, customer_id) of every party ever met. To follow merges alone
    would lead to strangers, where a customer was split after it had taken others in.
    """
    now = today.select("party_id", F.col("customer_id").alias("current_customer_id"))
    ever = ledger.select("customer_id", "party_id").distinct()
    living = now.select(F.col("current_customer_id").alias("customer_id")).distinct()
    heirs = ever.join(living, on="customer_id", how="left_anti").join(now, on="party_id", how="inner")
    counted = heirs.groupBy("customer_id", "current_customer_id").agg(F.count(F.lit(1)).alias("parties"))
    most = F.min_by("current_customer_id", F.struct(-F.col("parties"), "current_customer_id"))
    return counted.groupBy("customer_id").agg(most.alias("current_customer_id"))
