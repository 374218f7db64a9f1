SELECT
  c.campaign_id,
  p.line                                                AS campaign_type,
  c.starts_on                                           AS start_day,
  c.ends_on                                             AS end_day,
  c.product_code                                        AS product_id,
  c.cost_per_contact,
  c.coupon_value
FROM campaigns AS c
LEFT JOIN products AS p ON c.product_code = p.product_code
