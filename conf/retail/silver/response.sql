-- One coupon can be redeemed more than once on a day: such rows are told apart by their number.
SELECT
  concat_ws(':', campaign_id, household_id, coupon_upc, day, number) AS response_id,
  CAST(campaign_id AS STRING)                           AS campaign_id,
  concat('household:', household_id)                    AS party_id,
  day,
  'redeemed'                                            AS stage,
  CAST(coupon_upc AS STRING)                            AS coupon_id
FROM (
  SELECT
    *,
    CAST(redemption_date AS DATE)                       AS day,
    row_number() OVER (
      PARTITION BY campaign_id, household_id, coupon_upc, redemption_date ORDER BY coupon_upc
    )                                                   AS number
  FROM coupon_redemptions
)
