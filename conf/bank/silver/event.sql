-- Movements on accounts, purchases by card, what is done in the app, visits, calls, applications, answers and risen fees. Who
-- visited or called and did not say who it is has no event. Money that a customer pays is negative;
-- the value of a manager's visit is what the customer said to have at other banks.
WITH fees AS (
  -- The fee of an account that was opened after the rise did not rise.
  SELECT
    *,
    lag(monthly_fee) OVER (PARTITION BY account_id ORDER BY valid_from, monthly_fee) AS fee_before,
    min(valid_from) OVER (PARTITION BY account_id) AS opened_on
  FROM account_fees
),
happened AS (
  SELECT
    concat('movement:', t.transaction_id)               AS event_id,
    concat('core:', a.party_id)                         AS party_id,
    t.booked_at                                         AS local_time,
    t.type                                              AS type,
    t.channel                                           AS channel,
    CAST(NULL AS STRING)                                AS device,
    t.branch_id                                         AS place_id,
    CAST(NULL AS STRING)                                AS product_id,
    -- Of a wage: whether it came after the day on which the employer pays.
    CASE WHEN t.type = 'payroll' THEN if(day(t.booked_at) > e.wage_day, 'late', 'in_time') END AS item,
    coalesce(t.counterparty_bank, t.employer_id)        AS counterparty,
    t.own_name = 1                                      AS own_name,
    t.amount                                            AS value,
    CAST(NULL AS STRING)                                AS text,
    CAST(NULL AS DOUBLE)                                AS duration_seconds
  FROM account_transactions AS t
  JOIN accounts AS a ON t.account_id = a.account_id
  LEFT JOIN employers AS e ON t.employer_id = e.employer_id
  UNION ALL
  SELECT
    concat('purchase:', p.purchase_id),
    concat('cards:', c.customer_no),
    p.purchased_at,
    'card_purchase',
    p.place,
    NULL, NULL, NULL,
    p.merchant_kind,
    NULL, NULL,
    -p.amount,
    NULL, NULL
  FROM card_purchases AS p
  JOIN credit_cards AS c ON p.card_number = c.card_number
  UNION ALL
  SELECT
    concat('login:', login_id), concat('app:', user_id), from_utc_timestamp(logged_in_at, '{local_zone}'),
    'login', 'app', screen, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
  FROM app_logins
  UNION ALL
  SELECT
    concat('view:', view_id), concat('app:', user_id), from_utc_timestamp(viewed_at, '{local_zone}'),
    'view', 'app', NULL, NULL, product_code, page, NULL, NULL, NULL, NULL, dwell_seconds
  FROM app_page_views
  UNION ALL
  SELECT
    concat('search:', search_id), concat('app:', user_id), from_utc_timestamp(searched_at, '{local_zone}'),
    'search', 'app', NULL, NULL, NULL, NULL, NULL, NULL, NULL, words, NULL
  FROM app_searches
  UNION ALL
  SELECT
    concat('review:', review_id), concat('app:', user_id), from_utc_timestamp(reviewed_at, '{local_zone}'),
    'review', 'app', NULL, NULL, product_code, NULL, NULL, NULL, CAST(stars AS DECIMAL(18, 2)), text, NULL
  FROM app_reviews
  UNION ALL
  SELECT
    concat('card_application:', application_id), concat('app:', user_id), from_utc_timestamp(applied_at, '{local_zone}'),
    'application', 'app', NULL, NULL, product_code, status, NULL, NULL, NULL, reason, NULL
  FROM app_applications
  UNION ALL
  SELECT
    concat('loan_application:', application_id), concat('core:', party_id), CAST(applied_on AS TIMESTAMP),
    'application', NULL, NULL, NULL, product_code, status, NULL, NULL, NULL, reason, NULL
  FROM loan_applications
  -- A few are older than the movements: windows must not seem to be full from then on.
  WHERE applied_on >= (SELECT CAST(min(booked_at) AS DATE) FROM account_transactions)
  UNION ALL
  SELECT
    concat('visit:', visit_id), concat('core:', party_id), visited_at,
    'branch_visit', 'counter', NULL, branch_id, NULL, purpose, NULL, NULL, NULL, NULL, 60 * waiting_minutes
  FROM branch_visits
  WHERE party_id IS NOT NULL
  UNION ALL
  SELECT
    concat('call:', call_id), concat('core:', party_id), called_at,
    'call', 'phone', NULL, NULL, NULL, topic, NULL, NULL, CAST(solved AS DECIMAL(18, 2)), NULL, CAST(seconds AS DOUBLE)
  FROM calls
  WHERE party_id IS NOT NULL
  UNION ALL
  SELECT
    concat('manager_visit:', visit_id), concat('core:', party_id), CAST(visited_on AS TIMESTAMP),
    'manager_visit', way, NULL, NULL, NULL, outcome, manager_id, NULL, declared_elsewhere, NULL, NULL
  FROM manager_visits
  UNION ALL
  SELECT
    concat_ws(':', 'fee_rise', f.account_id, f.valid_from), concat('core:', a.party_id), CAST(f.valid_from AS TIMESTAMP),
    'fee_rise', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
  FROM fees AS f
  JOIN accounts AS a ON f.account_id = a.account_id
  WHERE f.monthly_fee > f.fee_before AND f.valid_from > f.opened_on
  UNION ALL
  -- One event for each answer: item is the question.
  SELECT
    concat_ws(':', 'answer', party_id, question), concat('core:', party_id), CAST(answered_on AS TIMESTAMP),
    'answer', NULL, NULL, NULL, NULL, question, NULL, NULL, CAST(answer AS DECIMAL(18, 2)), NULL, NULL
  FROM survey UNPIVOT (
    answer FOR question IN (
      fees_are_fair, rates_are_good, offers_are_used, would_recommend, friends_recommend, name_is_trusted, reviews_are_read,
      reviews_are_good, reviews_decide, waiting_minutes, complaints, staff_helps, problems_are_solved, branch_is_near,
      machine_is_near, hours_suit, app_seconds
    )
  )
)
SELECT
  event_id,
  party_id,
  to_utc_timestamp(local_time, '{source_zone}')         AS happened_at,
  CAST(local_time AS DATE)                              AS day,
  hour(local_time)                                      AS hour,
  type,
  channel,
  device,
  place_id,
  product_id,
  item,
  counterparty,
  own_name,
  CAST(value AS DECIMAL(18, 2))                         AS value,
  text,
  duration_seconds
FROM happened
