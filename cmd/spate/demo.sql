-- What spate demo runs. Your own copy: spate demo --print > demo.sql, then
-- spate run --output-mode update --trigger '1 second' demo.sql

-- A live source: 1000 rows every second, a timestamp and a counter.
CREATE TABLE ticks USING rate OPTIONS (rowsPerSecond '1000');

-- Views of a web site. Most arrive at once; one in ten comes from a phone that
-- was off line for three seconds, one in a thousand from one that was off line
-- for half a minute: too late.
CREATE TEMPORARY VIEW views AS
SELECT
  CASE WHEN value % 1000 = 999 THEN timestamp - INTERVAL 30 SECONDS
       WHEN value % 10 = 3 THEN timestamp - INTERVAL 3 SECONDS
       ELSE timestamp END AS at,
  pmod(hash(value), 100) AS page
FROM STREAM ticks;

-- How often each part of the site was seen, in windows of five seconds of the
-- time at which it was seen. A window is kept until nothing can come for it any
-- more: until the newest time seen, less five seconds, has passed its end.
SELECT
  substr(CAST(window.start AS STRING), 12) AS `from`,
  substr(CAST(window.end AS STRING), 12) AS `to`,
  count_if(page < 50) AS home,
  count_if(page BETWEEN 50 AND 79) AS docs,
  count_if(page >= 80) AS shop,
  count(*) AS views
FROM views WATERMARK at DELAY OF INTERVAL 5 SECONDS
GROUP BY window(at, '5 seconds');
