-- Campaign dates are plain dates stored at midnight UTC: no change of zone.
SELECT
  CAST(d.campaign_id AS STRING)                         AS campaign_id,
  d.campaign_type,
  CAST(d.start_date AS DATE)                            AS start_day,
  CAST(d.end_date AS DATE)                              AS end_day,
  CAST(c.coupons AS INT)                                AS coupons,
  CAST(c.products AS INT)                               AS products
FROM campaign_descriptions AS d
LEFT JOIN (
  SELECT
    campaign_id,
    size(collect_set(coupon_upc))                       AS coupons,
    size(collect_set(product_id))                       AS products
  FROM coupons
  GROUP BY campaign_id
) AS c ON d.campaign_id = c.campaign_id
