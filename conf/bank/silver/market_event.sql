-- Offers of other banks to those whose wages are paid here, by city as silver/person.sql writes it.
SELECT
  concat_ws(':', 'offer', o.bank, c.city_latin, o.valid_from) AS market_event_id,
  'offer'                                               AS type,
  c.city_latin                                          AS area,
  o.bank                                                AS actor,
  o.valid_from                                          AS first_day,
  o.valid_until                                         AS last_day
FROM competitor_offers AS o
JOIN (SELECT DISTINCT city, city_latin FROM postcodes) AS c ON o.city = c.city
