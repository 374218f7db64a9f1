-- The files do not say when a household was contacted: it is the first day of the campaign. Nobody was held out.
SELECT
  CAST(c.campaign_id AS STRING)                         AS campaign_id,
  concat('household:', c.household_id)                  AS party_id,
  CAST(d.start_date AS DATE)                            AS day,
  'treated'                                             AS arm,
  'mail'                                                AS channel
FROM campaigns AS c
JOIN campaign_descriptions AS d ON c.campaign_id = d.campaign_id
