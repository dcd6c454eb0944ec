package parser

import "testing"

const fortyLines = `WITH clicks AS (
  SELECT user_id, page, ts, CAST(properties['price'] AS DECIMAL(10, 2)) AS price
  FROM STREAM events WITH (maxFilesPerTrigger = '1') WATERMARK ts DELAY OF INTERVAL 10 MINUTES
  WHERE kind = 'click' AND page IS NOT NULL AND page NOT LIKE '%/admin/%'
),
users AS (
  SELECT id, lower(name) AS name, coalesce(country, 'unknown') AS country
  FROM dim.users
  WHERE NOT deleted AND created_at >= TIMESTAMP '2020-01-01 00:00:00'
),
joined AS (
  SELECT c.*, u.name, u.country,
         CASE WHEN c.price > 100 THEN 'high'
              WHEN c.price BETWEEN 10 AND 100 THEN 'middle'
              ELSE 'low' END AS class
  FROM clicks c
  LEFT OUTER JOIN users AS u
    ON c.user_id = u.id AND u.country IN ('de', 'fr', 'it', 'es', 'unknown')
)
SELECT window.start AS window_start,
       window.end AS window_end,
       country,
       class,
       count(*) AS clicks,
       count(DISTINCT user_id) FILTER (WHERE price > 0) AS payers,
       sum(price) AS revenue,
       avg(price) AS average,
       max(struct(price, user_id, page)) AS best,
       -- a comment in between
       transform(collect_list(page), x -> upper(substring(x, 1, 10))) AS pages,
       round(sum(price) / greatest(count(*), 1), 2) AS per_click
FROM joined
GROUP BY window(ts, '1 hour', '15 minutes'), country, class
HAVING count(*) > 10
UNION ALL
SELECT NULL, NULL, 'all', class, 0, 0, 0.0BD, 0.0, NULL, array(), 0
FROM VALUES ('high'), ('middle'), ('low') AS t(class)
WHERE EXISTS (SELECT 1 FROM switches s WHERE s.name = 'totals' AND s.state = t.class)
ORDER BY window_start DESC NULLS LAST, revenue DESC
LIMIT 1000`

func BenchmarkStatement(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(int64(len(fortyLines)))
	for b.Loop() {
		if _, err := Statement(fortyLines, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSplitStatements(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(int64(len(fortyLines)))
	for b.Loop() {
		SplitStatements(fortyLines)
	}
}
