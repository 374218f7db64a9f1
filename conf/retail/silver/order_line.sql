-- Fuel and vouchers (their quantities are thousandths of a gallon or mean nothing) keep their money and are no items.
-- A product is on promotion when it stood on a display or in the mailer of the store in the week of the purchase.
-- Only weeks, stores and products that were sold are looked up: 20.9 million promotions are read once, and few remain.
-- One number stands for product, store and week: a table of such numbers is small in memory and quick to look up.
WITH sold AS (
  SELECT DISTINCT product_id * 10000000 + store_id * 100 + week AS offer
  FROM transactions
),
promoted AS (
  SELECT /*+ BROADCAST(sold) */ DISTINCT offer
  FROM (
    SELECT product_id * 10000000 + store_id * 100 + week AS offer
    FROM promotions
    WHERE display_location <> '0' OR mailer_location <> '0'
  )
  LEFT SEMI JOIN sold USING (offer)
),
-- The file is one row group, which one task reads: its rows are spread over the cores before the work begins.
spread AS (
  SELECT /*+ REBALANCE */ * FROM transactions
),
lines AS (
  SELECT
    t.*,
    t.product_id * 10000000 + t.store_id * 100 + t.week AS offer,
    from_utc_timestamp(t.transaction_timestamp, '{local_zone}') AS local_time,
    coalesce(p.product_category, '') NOT IN ('FUEL', 'COUPON/MISC ITEMS', 'COUPONS/STORE & MFG', 'COUPON') AS is_item
  FROM spread AS t
  LEFT JOIN products AS p ON t.product_id = p.product_id
)
SELECT
  concat('household:', l.household_id)                  AS party_id,
  CAST(l.basket_id AS STRING)                           AS order_id,
  CAST(l.product_id AS STRING)                          AS line_id,
  l.transaction_timestamp                               AS ordered_at,
  CAST(l.local_time AS DATE)                            AS day,
  hour(l.local_time)                                    AS hour,
  CAST(l.product_id AS STRING)                          AS product_id,
  l.is_item,
  CAST(CASE WHEN l.is_item THEN l.quantity END AS DECIMAL(18, 3)) AS quantity,
  CAST(l.sales_value AS DECIMAL(18, 2))                 AS amount,
  CAST(l.retail_disc AS DECIMAL(18, 2))                 AS loyalty_discount,
  CAST(l.coupon_disc AS DECIMAL(18, 2))                 AS coupon_discount,
  CAST(l.coupon_match_disc AS DECIMAL(18, 2))           AS coupon_match_discount,
  promoted.offer IS NOT NULL                            AS on_promotion,
  CAST(l.store_id AS STRING)                            AS store_id,
  CAST(NULL AS STRING)                                  AS channel
FROM lines AS l
LEFT JOIN promoted
  ON l.offer = promoted.offer
