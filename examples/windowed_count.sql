-- Counts page views in windows of five minutes of the time at which they
-- happened, from a folder of JSON files into another. Each window is written
-- once, when nothing more can come for it, and exactly once, whatever happens
-- to the process:
--
--     cd examples
--     spate run --available-now --checkpoint checkpoint windowed_count.sql

CREATE TABLE views (at TIMESTAMP, page STRING, ms BIGINT) USING json OPTIONS (path 'views');

CREATE STREAMING TABLE counts USING json OPTIONS (path 'counts') AS
SELECT window.start AS start, page, count(*) AS views, max(ms) AS slowest
FROM STREAM views WATERMARK at DELAY OF INTERVAL 10 MINUTES
GROUP BY window(at, '5 minutes'), page;
