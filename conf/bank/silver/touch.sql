-- Whose cookie it is, where a device of the app was ever seen with it; of several users the first.
WITH known AS (
  SELECT cookie_id, min_by(user_id, struct(first_seen_at, user_id)) AS user_id
  FROM app_devices
  WHERE cookie_id IS NOT NULL
  GROUP BY cookie_id
)
SELECT
  t.touch_id,
  concat('app:', k.user_id)                             AS party_id,
  t.cookie_id                                           AS anonymous_id,
  t.touched_at,
  CAST(from_utc_timestamp(t.touched_at, '{local_zone}') AS DATE) AS day,
  t.channel,
  'visit'                                               AS kind,
  t.screen                                              AS device
FROM app_touches AS t
LEFT JOIN known AS k ON t.cookie_id = k.cookie_id
