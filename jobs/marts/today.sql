SELECT
    k.contact_date,
    c.contact_hour,
    k.channel,
    s.series,
    k.type_code,
    k.domain,
    k.covid_group,
    k.district_code,
    count(*) AS consultation_count
FROM classification AS k
JOIN consultation AS c ON c.channel = k.channel AND c.contact_date = k.contact_date AND c.consultation_id = k.consultation_id
JOIN code_channel AS s ON s.channel = k.channel AND k.contact_date BETWEEN s.valid_from AND s.valid_to
GROUP BY ALL
