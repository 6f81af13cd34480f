SELECT
    c.contact_date,
    c.contact_hour,
    c.channel,
    s.series,
    c.origin,
    count(*) AS contact_count,
    count(*) FILTER (c.is_consultation) AS consultation_count,
    count(*) FILTER (c.direction = 'inbound' AND c.outcome = 'abandoned') AS abandoned_count,
    count(*) FILTER (c.direction = 'outbound') AS outbound_count,
    count(*) FILTER (c.is_consultation AND k.covid_group <> '') AS covid_count,
    count(*) FILTER (c.is_consultation AND k.type_code = 'UNCLASSIFIED') AS unclassified_count,
    count(*) FILTER (c.is_consultation AND c.is_handed_off) AS handed_off_count,
    count(*) FILTER (c.is_consultation AND c.landing_date > c.contact_date) AS late_count
FROM consultation AS c
JOIN code_channel AS s ON s.channel = c.channel AND c.contact_date BETWEEN s.valid_from AND s.valid_to
LEFT JOIN classification AS k ON k.consultation_id = c.consultation_id
GROUP BY ALL
