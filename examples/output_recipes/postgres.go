package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/rdd"
)

// postgres adds counts to the totals of a PostgreSQL database, each batch once.
// Tasks share its connections.
type postgres struct {
	pool *pgxpool.Pool
	// reached is called between the steps of a write, "written" and "committed":
	// tests fail or die there. nil does nothing.
	reached func(step string) error
}

// A row of done says that a partition of a batch is in the totals.
const tables = `
CREATE TABLE IF NOT EXISTS totals (word text PRIMARY KEY, n bigint NOT NULL);
CREATE TABLE IF NOT EXISTS done (batch timestamptz, part int, PRIMARY KEY (batch, part))`

// openPostgres connects to the database and makes the tables that are missing.
// The caller closes the pool.
func openPostgres(ctx context.Context, dsn string) (*postgres, error) {
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return nil, err
	}
	if _, err := pool.Exec(ctx, tables); err != nil {
		pool.Close()
		return nil, err
	}
	return &postgres{pool: pool}, nil
}

// write is the transactional recipe with a database that lasts: an addition
// cannot be made twice unnoticed, nor replaced, so that it is done is stored
// along with it.
func (p *postgres) write(counts *dstream.DStream[count]) {
	counts.ForEachRDD(func(ctx context.Context, r *rdd.RDD[count], t time.Time) error {
		return r.TryForEachPartition(ctx, func(task *rdd.Task, in iter.Seq[count]) error {
			err := pgx.BeginFunc(task.Context(), p.pool, func(tx pgx.Tx) error {
				return p.add(task, tx, t, in)
			})
			if err != nil {
				return err
			}
			return p.at("committed")
		})
	})
}

// add adds a partition to the totals, unless an earlier run of the batch has
// committed it. Another run under way makes the first statement wait for its
// end.
func (p *postgres) add(task *rdd.Task, tx pgx.Tx, t time.Time, in iter.Seq[count]) error {
	ctx := task.Context()
	noted, err := tx.Exec(ctx, `INSERT INTO done VALUES ($1, $2) ON CONFLICT DO NOTHING`, t, task.Partition())
	if err != nil || noted.RowsAffected() == 0 {
		return err
	}
	var words []string
	var ns []int64
	for c := range in {
		words, ns = append(words, c.Key), append(ns, int64(c.Value))
	}
	_, err = tx.Exec(ctx, `
INSERT INTO totals SELECT * FROM unnest($1::text[], $2::bigint[])
ON CONFLICT (word) DO UPDATE SET n = totals.n + excluded.n`, words, ns)
	if err != nil {
		return err
	}
	return p.at("written")
}

func (p *postgres) at(step string) error {
	if p.reached == nil {
		return nil
	}
	return p.reached(step)
}

// totals returns the totals as text, by word.
func (p *postgres) totals(ctx context.Context) (string, error) {
	rows, err := p.pool.Query(ctx, `SELECT word, n FROM totals ORDER BY word COLLATE "C"`)
	if err != nil {
		return "", err
	}
	var out []string
	var word string
	var n int64
	_, err = pgx.ForEachRow(rows, []any{&word, &n}, func() error {
		out = append(out, fmt.Sprint(word, "=", n))
		return nil
	})
	return strings.Join(out, " "), err
}

// runPostgres counts the words of the files that are moved into a folder, from
// where an earlier run with the same checkpoint has ended, and prints the totals
// after each batch that has rows.
func runPostgres(ctx context.Context, db *postgres, folder, checkpoint string, every time.Duration, out io.Writer) error {
	ssc, err := dstream.GetOrCreate(checkpoint, func() (*dstream.Context, error) {
		ssc := dstream.NewContext("output_recipes", every)
		counts := define(ssc.TextFileStream(folder))
		db.write(counts)
		counts.ForEachRDD(func(ctx context.Context, r *rdd.RDD[count], t time.Time) error {
			if empty, err := r.IsEmpty(ctx); empty || err != nil {
				return err
			}
			totals, err := db.totals(ctx)
			fmt.Fprintf(out, "%d ms: %s\n", t.UnixMilli(), totals)
			return err
		})
		return ssc, nil
	})
	if err != nil {
		return err
	}
	defer ssc.Stop(context.WithoutCancel(ctx))
	totals, err := db.totals(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "so far: %s\n", totals)
	if err := ssc.Start(ctx); err != nil {
		return err
	}
	return ssc.AwaitTermination(ctx)
}
