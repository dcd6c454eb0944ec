-- The word count of examples/structured_network_wordcount in SQL:
--
--     nc -lk 9999
--     spate run --mode complete examples/network_wordcount.sql

CREATE TEMPORARY VIEW lines USING socket OPTIONS (host 'localhost', port '9999');

SELECT word, count(*) AS count
FROM (SELECT explode(split(value, ' ')) AS word FROM STREAM lines)
GROUP BY word;
