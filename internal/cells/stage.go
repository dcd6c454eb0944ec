package cells

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// StageOf names the cells of a component in a checkpoint: those by key, or, of a
// number of instances that is not 0, those that belong to as many.
func StageOf(component string, instances int) string {
	id := strings.ReplaceAll(url.PathEscape(component), "@", "%40")
	if instances == 0 {
		return id
	}
	return fmt.Sprintf("%s@%d", id, instances)
}

// NameOf returns the component of a name that StageOf made.
func NameOf(stage string) string {
	id, _, _ := strings.Cut(stage, "@")
	name, err := url.PathUnescape(id)
	if err != nil {
		return id
	}
	return name
}

// InstancesOf returns to how many instances the cells of such a name belong; 0: they
// are by key.
func InstancesOf(stage string) int {
	_, n, _ := strings.Cut(stage, "@")
	instances, _ := strconv.Atoi(n)
	return instances
}
