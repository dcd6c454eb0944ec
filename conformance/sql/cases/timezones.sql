--SET spark.sql.session.timeZone=Europe/Berlin
-- Zones as text, offsets, and SET TIME ZONE in the middle of a script.
SELECT timestamp '2024-01-01 12:00:00', cast(timestamp '2024-01-01 12:00:00' AS bigint), cast(0 AS timestamp);
SELECT timestamp '2024-01-01 12:00:00 UTC', timestamp '2024-01-01 12:00:00Z', timestamp '2024-01-01 12:00:00 +01:00', timestamp '2024-01-01 12:00:00 America/New_York', timestamp '2024-01-01 12:00:00 GMT+5';
SELECT current_timezone();
SET TIME ZONE 'Asia/Tokyo';
SELECT current_timezone(), cast(0 AS timestamp), timestamp '2024-01-01 12:00:00', cast(timestamp '2024-01-01 12:00:00' AS bigint);
SET TIME ZONE '+05:30';
SELECT current_timezone(), cast(0 AS timestamp);
SET TIME ZONE INTERVAL 2 HOURS;
SELECT current_timezone(), cast(0 AS timestamp);
SET TIME ZONE INTERVAL '-01:30' HOUR TO MINUTE;
SELECT current_timezone(), cast(0 AS timestamp);
SET TIME ZONE 'Mars/Olympus';
SET spark.sql.session.timeZone=UTC;
SELECT cast(0 AS timestamp), to_json(struct(cast(0 AS timestamp) AS t)), date_format(cast(0 AS timestamp), 'yyyy-MM-dd HH:mm:ss XXX');
SET spark.sql.session.timeZone=Europe/Berlin;
SELECT to_json(struct(cast(0 AS timestamp) AS t)), date_format(cast(0 AS timestamp), 'yyyy-MM-dd HH:mm:ss XXX'), to_csv(struct(cast(0 AS timestamp) AS t));
SELECT timestamp '2024-03-31 02:30:00', timestamp '2024-10-27 02:30:00', cast(timestamp '2024-10-27 02:30:00' AS bigint), timestamp '2024-03-31 00:00:00' + interval 3 hours;
SELECT window.start, window.end, count(*) FROM VALUES (timestamp '2024-03-31 01:30:00'), (timestamp '2024-03-31 03:30:00') AS t(ts) GROUP BY window(ts, '1 hour') ORDER BY 1;
SELECT window.start, window.end, count(*) FROM VALUES (timestamp '2024-03-31 12:30:00') AS t(ts) GROUP BY window(ts, '1 day') ORDER BY 1;
SELECT from_unixtime(1711846800), to_timestamp('2024-03-31 03:00:00'), hour(timestamp '2024-03-31 03:00:00'), date_trunc('day', timestamp '2024-03-31 12:00:00'), unix_timestamp('2024-03-31 03:00:00');
SELECT from_json('{"t":"2024-01-01T12:00:00Z"}', 't timestamp'), from_json('{"t":"2024-01-01T12:00:00"}', 't timestamp'), from_json('{"t":"2024-01-01"}', 't date');
SELECT timestamp_ntz '2024-01-01 12:00:00' = timestamp '2024-01-01 12:00:00', cast('2024-07-01 12:00:00+00:00' AS timestamp), cast(timestamp '2024-07-01 14:00:00' AS string);
