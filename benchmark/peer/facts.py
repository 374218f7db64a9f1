"""From the files to checked, typed facts: the silver tables, ops.quality and ops.quarantine.

Households, products and stores stay whole numbers inside; only what is written has the suite's ids as text.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from benchmark.peer.session import Peer
from bullseye.settings.deployment import Deployment
from bullseye.settings.measures import Measures
from bullseye.settings.sources import Source, Sources

_ORDER_LINE = """
CREATE TABLE order_line AS
WITH sold AS (
  SELECT DISTINCT product_id * 10000000 + store_id * 100 + week AS offer FROM transactions
),
promoted AS (
  SELECT DISTINCT offer
  FROM (
    SELECT product_id * 10000000 + store_id * 100 + week AS offer
    FROM promotions
    WHERE display_location <> '0' OR mailer_location <> '0'
  ) SEMI JOIN sold USING (offer)
),
lines AS (
  SELECT
    t.*, p.brand, p.private_label, p.category_1, p.category_2, p.category_no, p.department_part,
    product_id * 10000000 + store_id * 100 + week AS offer,
    timezone('{zone}', t.transaction_timestamp) AS local_time,
    coalesce(p.category_2, '') NOT IN ('FUEL', 'COUPON/MISC ITEMS', 'COUPONS/STORE & MFG', 'COUPON') AS is_item
  FROM transactions AS t LEFT JOIN product AS p USING (product_id)
)
SELECT
  household_id AS party,
  basket_id AS order_id,
  transaction_timestamp AS ordered_at,
  local_time::DATE AS day,
  hour(local_time)::INTEGER AS hour,
  product_id, is_item,
  CASE WHEN is_item THEN quantity END::DECIMAL(18, 3) AS quantity,
  sales_value::DECIMAL(18, 2) AS amount,
  retail_disc::DECIMAL(18, 2) AS loyalty_discount,
  coupon_disc::DECIMAL(18, 2) AS coupon_discount,
  coupon_match_disc::DECIMAL(18, 2) AS coupon_match_discount,
  promoted.offer IS NOT NULL AS on_promotion,
  store_id,
  brand, private_label, category_1, category_2, category_no, department_part
FROM lines LEFT JOIN promoted USING (offer)
"""
_ORDERS = """
CREATE TABLE orders AS
SELECT party, order_id, day, hour, store_id, sum(amount)::DECIMAL(18, 2) AS amount FROM order_line GROUP BY ALL
"""
_SMALL = """
CREATE TABLE product AS
SELECT product_id, product_type AS name, brand || ' ' || manufacturer_id AS brand, brand = 'Private' AS private_label,
  department AS category_1, product_category AS category_2, product_type AS category_3, package_size AS package,
  (CASE WHEN product_category IS NOT NULL THEN dense_rank() OVER (ORDER BY product_category) END)::INTEGER AS category_no,
  (CASE {department_parts} WHEN department IS NOT NULL THEN 0 END)::TINYINT AS department_part
FROM products;
CREATE TABLE campaign AS
SELECT d.campaign_id, d.campaign_type, start_date::DATE AS start_day, end_date::DATE AS end_day,
  coupons::INTEGER AS coupons, products::INTEGER AS products
FROM campaign_descriptions AS d LEFT JOIN (
  SELECT campaign_id, count(DISTINCT coupon_upc) AS coupons, count(DISTINCT product_id) AS products
  FROM coupons GROUP BY campaign_id
) USING (campaign_id);
CREATE TABLE contact AS
SELECT c.campaign_id, c.household_id AS party, d.start_date::DATE AS day
FROM campaigns AS c JOIN campaign_descriptions AS d USING (campaign_id);
CREATE TABLE response AS
SELECT campaign_id, household_id AS party, redemption_date::DATE AS day, coupon_upc,
  row_number() OVER (PARTITION BY campaign_id, household_id, coupon_upc, redemption_date ORDER BY coupon_upc) AS number
FROM coupon_redemptions;
CREATE TABLE person AS
SELECT household_id AS party, age AS age_band, income AS income_band, marital_status, household_size,
  {{'home_ownership': home_ownership, 'household_composition': household_comp, 'kids': kids_count}} AS attributes
FROM demographics
"""
_HOUSEHOLD = "'household:' || party AS party_id"
_TEXT = "campaign_id::VARCHAR AS campaign_id"
_WRITTEN = {
    "silver.product": """
        SELECT * EXCLUDE (category_no, department_part) REPLACE (product_id::VARCHAR AS product_id) FROM product""",
    "silver.campaign": f"SELECT * REPLACE ({_TEXT}) FROM campaign",
    "silver.contact": f"SELECT {_TEXT}, {_HOUSEHOLD}, day, 'treated' AS arm, 'mail' AS channel FROM contact",
    "silver.response": f"""
        SELECT concat_ws(':', campaign_id, party, coupon_upc, day, number) AS response_id, {_TEXT}, {_HOUSEHOLD}, day,
          'redeemed' AS stage, coupon_upc::VARCHAR AS coupon_id
        FROM response""",
    "silver.coupon": f"""
        SELECT {_TEXT}, coupon_upc::VARCHAR AS coupon_id, product_id::VARCHAR AS product_id FROM coupons""",
    "silver.person": f"""
        SELECT {_HOUSEHOLD}, NULL::DATE AS birth_date, NULL::VARCHAR AS gender, age_band, income_band, marital_status,
          household_size, NULL::VARCHAR AS region, attributes
        FROM person""",
}
_LINES_WRITTEN = f"""
SELECT {_HOUSEHOLD}, order_id::VARCHAR AS order_id, product_id::VARCHAR AS line_id, ordered_at, day, hour,
  product_id::VARCHAR AS product_id, is_item, quantity, amount, loyalty_discount, coupon_discount, coupon_match_discount,
  on_promotion, store_id::VARCHAR AS store_id, NULL::VARCHAR AS channel, strftime(day, '%Y-%m') AS month
FROM order_line
"""


def ingest(peer: Peer) -> None:
    """Check every source, map the good rows, write the silver tables."""
    quality: list[dict[str, object]] = []
    peer.sql("CREATE TABLE quarantine (source VARCHAR, reasons VARCHAR[], raw VARCHAR)")
    for source in peer.settings[Sources].sources:
        quality += check(peer, source)
    peer.sql(_SMALL.format(department_parts=_department_parts(peer)))
    peer.sql(_ORDER_LINE.format(zone=peer.settings[Deployment].local_zone))
    peer.sql(_ORDERS)
    for table, query in _WRITTEN.items():
        peer.write(table, query)
    peer.write("silver.order_line", _LINES_WRITTEN, by="month")
    peer.write_rows("ops.quality", pa.Table.from_pylist(quality))
    peer.write("ops.quarantine", "SELECT sha256(source || '|' || raw) AS row_id, * FROM quarantine")


def _department_parts(peer: Peer) -> str:
    """Shares of departments are sums of lines: a small number, found once a product, tells whose share a line is."""
    department = next(d for d in peer.settings[Measures].dimensions if d.name == "department")
    listed = (", ".join(f"'{key}'" for key in keys) for keys in department.shares.values())
    return " ".join(f"WHEN department IN ({keys}) THEN {number}" for number, keys in enumerate(listed, start=1))


def check(peer: Peer, source: Source) -> list[dict[str, object]]:
    """Make a view (or, where rows are rejected, a table) of the good rows under the source's name; count what is wrong."""
    names = {field.split()[0]: field.split()[1] for field in source.columns.split(",")}
    required = [field.split()[0] for field in source.columns.split(",") if "NOT NULL" in field]
    # Instants may stand in the file without a zone (INT96): they are UTC.
    typed = ", ".join(
        f"{name}::TIMESTAMPTZ AS {name}" if type_ == "TIMESTAMP" else f"{name}::{type_} AS {name}"
        for name, type_ in ((name, type_.replace("STRING", "VARCHAR")) for name, type_ in names.items())
    )
    path = Path(peer.paths[source.name])
    files = path / "*.parquet" if path.is_dir() else path
    peer.sql(f"CREATE VIEW {source.name} AS SELECT {typed} FROM read_parquet('{files}')")
    must = {f"{name} is missing": f"{name} IS NOT NULL" for name in required}
    must |= {rule.name: rule.where for rule in source.rules if rule.action == "reject"}
    may = {rule.name: rule.where for rule in source.rules if rule.action == "warn"}
    rules = {**must, **may}
    counts = ", ".join(f'count(*) FILTER ((({sql}) IS TRUE) IS FALSE) AS "{name}"' for name, sql in rules.items())
    found = peer.row(f"SELECT count(*) AS rows{', ' if counts else ''}{counts} FROM {source.name}")
    rows = int(str(found.pop("rows")))
    failed = {name: int(str(count)) for name, count in found.items()}
    if source.key:
        key = ", ".join(source.key)
        distinct = peer.row(f"SELECT count(*) AS n FROM (SELECT {key} FROM {source.name} GROUP BY {key})")["n"]
        failed["duplicate"] = rows - int(str(distinct))
    rejected = 0
    if failed.get("duplicate") or any(failed[name] for name in must):
        rejected = _reject(peer, source, must)
    return [
        {
            "source": source.name,
            "rule": name,
            "action": "warn" if name in may else "reject",
            "checked": rows,
            "failed": count,
        }
        for name, count in {**failed, "rows": rejected}.items()
    ]


def _reject(peer: Peer, source: Source, must: dict[str, str]) -> int:
    """Part the rows of a source; returns how many were rejected."""
    reasons = ", ".join(f"CASE WHEN (({sql}) IS TRUE) IS FALSE THEN '{name}' END" for name, sql in must.items())
    if source.key:
        place = f"row_number() OVER (PARTITION BY {', '.join(source.key)} ORDER BY to_json(t)::VARCHAR)"
        reasons += f", CASE WHEN {place} > 1 THEN 'duplicate' END"
    peer.sql(f"""
        CREATE TABLE flagged AS
        SELECT *, to_json(t)::VARCHAR AS _raw, list_filter([{reasons}], lambda x: x IS NOT NULL) AS _reasons
        FROM {source.name} AS t;
        DROP VIEW {source.name};
        INSERT INTO quarantine SELECT '{source.name}', _reasons, _raw FROM flagged WHERE len(_reasons) > 0;
        CREATE TABLE {source.name} AS SELECT * EXCLUDE (_raw, _reasons) FROM flagged WHERE len(_reasons) = 0;
        DROP TABLE flagged
    """)
    return int(str(peer.row(f"SELECT count(*) AS n FROM quarantine WHERE source = '{source.name}'")["n"]))
