SELECT
  CAST(campaign_id AS STRING)                           AS campaign_id,
  CAST(coupon_upc AS STRING)                            AS coupon_id,
  CAST(product_id AS STRING)                            AS product_id
FROM coupons
