-- category_2 is the product line; category_1 says what kind of business it is.
SELECT
  product_code                                          AS product_id,
  name,
  CASE
    WHEN line IN ('demand_deposit', 'payroll_account', 'term_deposit') THEN 'deposit'
    WHEN line IN ('mortgage', 'consumer_loan') THEN 'loan'
    WHEN line = 'credit_card' THEN 'card'
    WHEN line = 'insurance' THEN 'insurance'
    ELSE 'investment'
  END                                                   AS category_1,
  line                                                  AS category_2,
  name                                                  AS category_3
FROM products
