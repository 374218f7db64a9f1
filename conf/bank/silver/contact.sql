-- The control group gets no message: its day is the first of the campaign.
SELECT
  m.campaign_id,
  concat('core:', m.party_id)                           AS party_id,
  coalesce(m.sent_on, c.starts_on)                      AS day,
  if(m.arm = 'target', 'treated', 'control')            AS arm,
  CASE m.way WHEN 'email' THEN 'e-mail' WHEN 'call' THEN 'phone' ELSE m.way END AS channel
FROM campaign_members AS m
JOIN campaigns AS c ON m.campaign_id = c.campaign_id
