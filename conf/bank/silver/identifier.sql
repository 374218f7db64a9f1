-- Values that tell who somebody is, as the systems write them. Records come in versions: what only an older one has was held
-- until then. The card system has of most national ids the last four characters, which are a type of their own. An id whose
-- check character is wrong (ISO 7064, MOD 11-2) was mistyped and says nothing.
-- `home` is the postcode with room, unit and number of the address, which both scripts have in common (as in person.sql).
-- Numbers that were given up have their dates in phone_history; there the newest version of a record repeats the new number.
WITH records AS (
  SELECT
    concat('core:', party_id) AS party_id, upper(id_number) AS id_number, phone, email, updated_on AS day,
    concat(postcode, ' ', array_join(reverse(regexp_extract_all(address, '([0-9]+)', 1)), '-')) AS home,
    row_number() OVER (PARTITION BY party_id ORDER BY updated_on DESC) AS version
  FROM core_parties
  UNION ALL
  SELECT
    concat('cards:', customer_no), upper(id_number), mobile, email, modified_on,
    concat(postcode, ' ', split_part(address, ',', 1)),
    row_number() OVER (PARTITION BY customer_no ORDER BY modified_on DESC)
  FROM card_parties
  UNION ALL
  SELECT
    concat('app:', user_id), NULL, phone, email, CAST(from_utc_timestamp(updated_at, '{local_zone}') AS DATE),
    concat(postcode, ' ', array_join(reverse(regexp_extract_all(address, '([0-9]+)', 1)), '-')),
    row_number() OVER (PARTITION BY user_id ORDER BY updated_at DESC)
  FROM app_users
),
checked AS (
  SELECT
    *,
    aggregate(
      transform(array(7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), (weight, at) -> weight * try_cast(substr(id_number, at + 1, 1) AS INT)),
      0, (total, part) -> total + part
    ) AS weighed
  FROM records
),
written AS (
  SELECT
    party_id,
    CASE WHEN substr('10X98765432', weighed % 11 + 1, 1) = substr(id_number, 18) THEN id_number END AS national_id,
    CASE WHEN length(id_number) = 4 THEN id_number END  AS id_end,
    phone,
    email,
    home,
    CASE WHEN version > 1 THEN day END                  AS last_seen
  FROM checked
),
changes AS (
  SELECT concat('core:', party_id) AS party_id, phone, valid_from, valid_until
  FROM phone_history
),
held AS (
  SELECT
    party_id,
    stack(5,
      'national_id', national_id, 'id_end', coalesce(id_end, right(national_id, 4)), 'email', email, 'phone', phone, 'home', home
    ) AS (id_type, id_value),
    CAST(NULL AS DATE) AS first_seen,
    last_seen
  FROM written
),
-- Without those phones of which the history tells more.
undated AS (
  SELECT h.*
  FROM held AS h
  LEFT ANTI JOIN changes AS c
    ON h.party_id = c.party_id AND h.id_type = 'phone' AND right(regexp_replace(h.id_value, '[^0-9]', ''), 11) = c.phone
)
SELECT party_id, id_type, id_value, substring_index(party_id, ':', 1) AS source, first_seen, last_seen
FROM (
  SELECT * FROM undated
  UNION ALL SELECT party_id, 'phone', phone, valid_from, valid_until FROM changes
  UNION ALL SELECT concat('core:', party_id), 'card', card_number, issued_on, NULL FROM debit_cards
  UNION ALL SELECT concat('cards:', customer_no), 'card', card_number, opened_on, NULL FROM credit_cards
  UNION ALL SELECT concat('cards:', customer_no), 'card', debit_card_number, since, NULL FROM repayment_cards
  UNION ALL SELECT concat('app:', user_id), 'card', card_number, CAST(from_utc_timestamp(bound_at, '{local_zone}') AS DATE), NULL FROM bound_cards
  UNION ALL SELECT concat('core:', party_id), 'device', device_id, enrolled_on, NULL FROM enrolled_devices
  UNION ALL SELECT concat('app:', user_id), 'device', device_id, CAST(from_utc_timestamp(first_seen_at, '{local_zone}') AS DATE), NULL FROM app_devices
  UNION ALL SELECT concat('app:', user_id), 'cookie', cookie_id, CAST(from_utc_timestamp(first_seen_at, '{local_zone}') AS DATE), NULL FROM app_devices
)
WHERE id_value IS NOT NULL
