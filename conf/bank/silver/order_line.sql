-- What belongs together in a bank is what one party ever took up: one order for each record of core banking, a line for
-- each account and contract. Demand deposits are in it, so that those who hold nothing else are customers too: without them
-- every lift would be too low. Credit cards are held by records of another system, which would be orders of their own.
WITH taken_up AS (
  SELECT party_id, account_id AS line_id, product_code, opened_on, CAST(0 AS DECIMAL(18, 2)) AS amount FROM accounts
  UNION ALL
  SELECT party_id, contract_id, product_code, opened_on, coalesce(principal, 0) FROM contracts
)
SELECT
  concat('core:', party_id)                             AS party_id,
  concat('core:', party_id)                             AS order_id,
  line_id,
  to_utc_timestamp(CAST(opened_on AS TIMESTAMP), '{source_zone}') AS ordered_at,
  opened_on                                             AS day,
  0                                                     AS hour,
  product_code                                          AS product_id,
  TRUE                                                  AS is_item,
  CAST(amount AS DECIMAL(18, 2))                        AS amount,
  CAST(0 AS DECIMAL(18, 2))                             AS loyalty_discount,
  CAST(0 AS DECIMAL(18, 2))                             AS coupon_discount,
  CAST(0 AS DECIMAL(18, 2))                             AS coupon_match_discount
FROM taken_up
