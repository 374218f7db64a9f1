SELECT
  concat('account:', a.account_id)                      AS holding_id,
  concat('core:', a.party_id)                           AS party_id,
  a.product_code                                        AS product_id,
  a.opened_on                                           AS opened_day,
  CAST(NULL AS DATE)                                    AS closed_day,
  CAST(NULL AS DATE)                                    AS matures_day,
  CAST(NULL AS DECIMAL(18, 2))                          AS principal,
  CAST(NULL AS DOUBLE)                                  AS yearly_rate
FROM accounts AS a
UNION ALL
SELECT
  concat('contract:', contract_id),
  concat('core:', party_id),
  product_code,
  opened_on,
  closed_on,
  matures_on,
  principal,
  yearly_rate
FROM contracts
UNION ALL
SELECT
  concat('card:', card_number),
  concat('cards:', customer_no),
  product_code,
  opened_on,
  CAST(NULL AS DATE),
  CAST(NULL AS DATE),
  CAST(NULL AS DECIMAL(18, 2)),
  CAST(NULL AS DOUBLE)
FROM credit_cards
