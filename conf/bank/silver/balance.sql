SELECT
  concat('core:', a.party_id)                           AS party_id,
  b.account_id,
  b.balance_on                                          AS day,
  b.balance,
  a.product_code                                        AS product_id
FROM balances AS b
JOIN accounts AS a ON b.account_id = a.account_id
