package tpch

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// generator holds how many rows the tables have.
type generator struct{ parts, suppliers, customers, orders, clerks int64 }

// ordersAFile is how many orders a file of them holds.
const ordersAFile = 400_000

func (g *generator) regions(dir string, r *rand.Rand) error {
	f := create(dir, "region", 0)
	for i, n := range regions {
		f.row("%d|%s|%s", i, n, text(r, 31, 115))
	}
	n := create(dir, "nation", 0)
	for i, x := range nations {
		n.row("%d|%s|%d|%s", i, x.name, x.region, text(r, 31, 114))
	}
	return errors.Join(f.close(), n.close())
}

// supplier is the k-th of the four suppliers of a part.
func (g *generator) supplier(part, k int64) int64 {
	s := g.suppliers
	return (part+k*(s/4+(part-1)/s))%s + 1
}

// retail is the price of a part in cents.
func retail(part int64) int64 { return 90_000 + part/10%20_001 + 100*(part%1000) }

func (g *generator) partsAndSupplies(dir string, r *rand.Rand) error {
	f, s := create(dir, "part", 0), create(dir, "partsupp", 0)
	for p := int64(1); p <= g.parts; p++ {
		m := 1 + r.IntN(5)
		f.row("%d|%s|Manufacturer#%d|Brand#%d%d|%s|%d|%s|%s|%s", p, partName(r), m, m, 1+r.IntN(5), pick(r, types[0])+" "+pick(r, types[1])+" "+pick(r, types[2]),
			1+r.IntN(50), pick(r, containers[0])+" "+pick(r, containers[1]), cents(retail(p)), text(r, 5, 22))
		for k := range int64(4) {
			s.row("%d|%d|%d|%s|%s", p, g.supplier(p, k), 1+r.IntN(9999), cents(100+r.Int64N(99_901)), text(r, 49, 198))
		}
	}
	return errors.Join(f.close(), s.close())
}

func (g *generator) suppliersAll(dir string, r *rand.Rand) error {
	f := create(dir, "supplier", 0)
	for i := int64(1); i <= g.suppliers; i++ {
		n := r.IntN(25)
		comment := text(r, 25, 100)
		switch { // five of ten thousand each, and some of few
		case i%1777 == 17:
			comment = "Customer " + text(r, 5, 40) + " Complaints"
		case i%1777 == 18:
			comment = "Customer " + text(r, 5, 40) + " Recommends"
		}
		f.row("%d|Supplier#%09d|%s|%d|%s|%s|%s", i, i, address(r), n, phone(r, n), cents(r.Int64N(1_099_999)-99_999), comment)
	}
	return f.close()
}

func (g *generator) customersAll(dir string, r *rand.Rand) error {
	f := create(dir, "customer", 0)
	for i := int64(1); i <= g.customers; i++ {
		n := r.IntN(25)
		f.row("%d|Customer#%09d|%s|%d|%s|%s|%s|%s", i, i, address(r), n, phone(r, n), cents(r.Int64N(1_099_999)-99_999), pick(r, segments), text(r, 29, 116))
	}
	return f.close()
}

var (
	firstOrder = time.Date(1992, 1, 1, 0, 0, 0, 0, time.UTC)
	lastOrder  = time.Date(1998, 8, 2, 0, 0, 0, 0, time.UTC)
	today      = time.Date(1995, 6, 17, 0, 0, 0, 0, time.UTC)
)

func (g *generator) ordersAndLines(dir string, r *rand.Rand) (err error) {
	days := int(lastOrder.Sub(firstOrder).Hours()/24) + 1
	for part := range (g.orders + ordersAFile - 1) / ordersAFile {
		o, l := create(dir, "orders", int(part)), create(dir, "lineitem", int(part))
		for i := part * ordersAFile; i < min(g.orders, (part+1)*ordersAFile); i++ {
			g.order(o, l, i/8*32+i%8+1, firstOrder.AddDate(0, 0, r.IntN(days)), r)
		}
		err = errors.Join(err, o.close(), l.close())
	}
	return err
}

// order writes an order and its lines. A third of the customers never order.
func (g *generator) order(o, l *file, key int64, at time.Time, r *rand.Rand) {
	customer := 1 + r.Int64N(g.customers)
	for customer%3 == 0 && g.customers > 3 {
		customer = 1 + r.Int64N(g.customers)
	}
	total, open, n := int64(0), 0, 1+r.IntN(7)
	for k := range n {
		part, quantity, discount, tax := 1+r.Int64N(g.parts), 1+r.Int64N(50), r.Int64N(11), r.Int64N(9)
		price := quantity * retail(part)
		ship := at.AddDate(0, 0, 1+r.IntN(121))
		commit, receipt := at.AddDate(0, 0, 30+r.IntN(61)), ship.AddDate(0, 0, 1+r.IntN(30))
		flag, status := "N", "F"
		if !receipt.After(today) {
			flag = pick(r, []string{"R", "A"})
		}
		if ship.After(today) {
			status = "O"
			open++
		}
		total += price * (100 + tax) * (100 - discount) / 10_000
		l.row("%d|%d|%d|%d|%d.00|%s|0.%02d|0.%02d|%s|%s|%s|%s|%s|%s|%s|%s", key, part, g.supplier(part, r.Int64N(4)), k+1, quantity, cents(price), discount, tax,
			flag, status, day(ship), day(commit), day(receipt), pick(r, instructions), pick(r, modes), text(r, 10, 43))
	}
	status := "P"
	switch open {
	case 0:
		status = "F"
	case n:
		status = "O"
	}
	o.row("%d|%d|%s|%s|%s|%s|Clerk#%09d|0|%s", key, customer, status, cents(total), day(at), pick(r, priorities), 1+r.Int64N(g.clerks), text(r, 19, 78))
}

func day(t time.Time) string { return t.Format(time.DateOnly) }

func cents(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}
