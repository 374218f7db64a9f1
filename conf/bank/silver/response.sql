-- A coupon that was redeemed, and a contract on the product of the campaign while it ran: of the control group too.
SELECT
  concat('coupon:', coupon_id)                          AS response_id,
  campaign_id,
  concat('core:', party_id)                             AS party_id,
  redeemed_on                                           AS day,
  'redeemed'                                            AS stage,
  coupon_id,
  CAST(NULL AS DECIMAL(18, 2))                          AS value
FROM coupons
WHERE redeemed_on IS NOT NULL
UNION ALL
SELECT
  concat_ws(':', 'contract', m.campaign_id, k.contract_id),
  m.campaign_id,
  concat('core:', m.party_id),
  k.opened_on,
  'contracted',
  CAST(NULL AS STRING),
  k.principal
FROM campaign_members AS m
JOIN campaigns AS c ON m.campaign_id = c.campaign_id
JOIN contracts AS k
  ON k.party_id = m.party_id AND k.product_code = c.product_code AND k.opened_on BETWEEN c.starts_on AND c.ends_on
