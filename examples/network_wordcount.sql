-- Counts the words that a server sends; examples/structured_network_wordcount
-- is the same in Go. In one terminal, and then in another:
--
--     nc -lk 9999
--     spate run --output-mode complete examples/network_wordcount.sql

CREATE TABLE lines USING socket OPTIONS (host 'localhost', port '9999');

SELECT word, count(*) AS count
FROM (SELECT explode(split(value, ' ')) AS word FROM STREAM lines)
GROUP BY word
ORDER BY count DESC, word;
