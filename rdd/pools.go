package rdd

import (
	"encoding/xml"
	"strconv"
	"strings"

	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
)

// allocations is the file of spark.scheduler.allocation.file, as Spark reads
// it.
type allocations struct {
	Pools []struct {
		Name     string `xml:"name,attr"`
		Mode     string `xml:"schedulingMode"`
		Weight   string `xml:"weight"`
		MinShare string `xml:"minShare"`
	} `xml:"pool"`
}

// readPools reads pools from Spark's form:
//
//	<allocations>
//	  <pool name="production">
//	    <schedulingMode>FAIR</schedulingMode>
//	    <weight>1</weight>
//	    <minShare>2</minShare>
//	  </pool>
//	</allocations>
//
// Spark takes the default where a value makes no sense; here it is an error.
func readPools(fs vfs.FS, name string) ([]exec.Pool, error) {
	text, err := vfs.ReadFile(fs, name)
	if err != nil {
		return nil, sparkerr.New("", "spark.scheduler.allocation.file cannot be read: "+name).Because(err)
	}
	return parsePools(name, text)
}

func parsePools(name string, text []byte) ([]exec.Pool, error) {
	var file allocations
	if err := xml.Unmarshal(text, &file); err != nil {
		return nil, sparkerr.New("", name+" is no allocation file: it must hold <allocations> with <pool name=\"…\"> in it").Because(err)
	}
	pools := make([]exec.Pool, len(file.Pools))
	for i, p := range file.Pools {
		out := exec.Pool{Name: p.Name, Weight: 1}
		switch mode := strings.ToUpper(strings.TrimSpace(p.Mode)); mode {
		case "FAIR":
			out.Fair = true
		case "FIFO", "":
		default:
			return nil, badPool(name, p.Name, "schedulingMode", p.Mode, "FIFO or FAIR")
		}
		if err := poolNumber(p.Weight, 1, &out.Weight); err != nil {
			return nil, badPool(name, p.Name, "weight", p.Weight, "a number from 1")
		}
		if err := poolNumber(p.MinShare, 0, &out.MinShare); err != nil {
			return nil, badPool(name, p.Name, "minShare", p.MinShare, "a number from 0")
		}
		pools[i] = out
	}
	return pools, nil
}

// poolNumber reads a number from least on, if there is one.
func poolNumber(s string, least int, into *int) error {
	s = strings.TrimSpace(s)
	if s == "" {
		return nil
	}
	n, err := strconv.Atoi(s)
	if err == nil && n < least {
		err = strconv.ErrRange
	}
	*into = n
	return err
}

func badPool(file, pool, field, value, want string) error {
	return sparkerr.New("", file+": pool "+pool+" has the "+field+" "+strconv.Quote(value)+": give "+want)
}

// shareByPools makes the pools that the configuration describes count.
func (c *Context) shareByPools() error {
	if !strings.EqualFold(c.conf.get("spark.scheduler.mode"), "FAIR") {
		return nil
	}
	var pools []exec.Pool
	if name := c.conf.get("spark.scheduler.allocation.file"); name != "" {
		var err error
		if pools, err = readPools(c.env.FS, name); err != nil {
			return err
		}
	}
	c.runner.Share(pools...)
	return nil
}
