SELECT
  o.campaign_id,
  o.coupon_id,
  c.product_code                                        AS product_id
FROM coupons AS o
JOIN campaigns AS c ON o.campaign_id = c.campaign_id
