package azure

import (
	"fmt"
	"sort"
)

// Pool is a node pool.
type Pool struct {
	Name, Size, Mode string
	Min, Max, Count  int64
	Zones            []string
	Taints           []string
	Labels           map[string]string
	Spot             bool
	Surge            string
}

// SetPool creates or changes a node pool.
func (a *Azure) SetPool(pool Pool) {
	a.guard.Lock()
	defer a.guard.Unlock()
	a.pools[pool.Name] = pool
}

// Pools returns all node pools by name.
func (a *Azure) Pools() []Pool {
	a.guard.Lock()
	defer a.guard.Unlock()
	var all []Pool
	for _, one := range a.pools {
		all = append(all, one)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Name < all[j].Name })
	return all
}

// PoolOf reads a pool from the properties of an agent pool, in Bicep or in Azure Service Operator.
func PoolOf(properties map[string]any) Pool {
	pool := Pool{
		Name: text(properties, "name"), Size: text(properties, "vmSize"), Mode: text(properties, "mode"),
		Min: number(properties, "minCount"), Max: number(properties, "maxCount"), Count: number(properties, "count"),
		Zones: texts(properties, "availabilityZones"), Taints: texts(properties, "nodeTaints"), Labels: map[string]string{},
		Spot: text(properties, "scaleSetPriority") == "Spot",
	}
	upgrade, _ := properties["upgradeSettings"].(map[string]any)
	pool.Surge = text(upgrade, "maxSurge")
	labels, _ := properties["nodeLabels"].(map[string]any)
	for key, value := range labels {
		pool.Labels[key] = fmt.Sprint(value)
	}
	if scaled, _ := properties["enableAutoScaling"].(bool); !scaled {
		pool.Min, pool.Max = pool.Count, pool.Count
	}
	return pool
}
