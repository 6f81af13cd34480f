SELECT
    c.contact_date,
    c.channel,
    coalesce(c.ars_code, '') AS ars_code,
    count(*) AS inflow_count,
    count(*) FILTER (c.outcome = 'answered') AS answered_count,
    count(*) FILTER (c.outcome = 'abandoned') AS abandoned_count,
    coalesce(sum(c.wait_seconds) FILTER (c.outcome = 'answered'), 0) AS wait_seconds_sum,
    count(c.wait_seconds) FILTER (c.outcome = 'answered') AS wait_known_count,
    coalesce(sum(c.talk_seconds) FILTER (c.outcome = 'answered'), 0) AS talk_seconds_sum
FROM consultation AS c
JOIN code_channel AS s ON s.channel = c.channel AND c.contact_date BETWEEN s.valid_from AND s.valid_to
WHERE s.series = 'phone' AND c.direction = 'inbound'
GROUP BY ALL
