// Package world is one rehearsal: a control plane, the stand-ins, and the engine that applies a tree.
package world

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"aksgen/conformance/programs/internal/aso"
	"aksgen/conformance/programs/internal/azure"
	"aksgen/conformance/programs/internal/eso"
	"aksgen/conformance/programs/internal/helm"
	"aksgen/conformance/programs/internal/kube"
	"aksgen/conformance/programs/internal/kubelet"
	"aksgen/conformance/programs/internal/nodes"
	"aksgen/conformance/programs/internal/operators"
	"aksgen/conformance/programs/internal/page"
	"aksgen/conformance/programs/internal/plane"
	"aksgen/conformance/programs/internal/tree"
)

// Settings are the inputs of a rehearsal.
type Settings struct {
	// Programs are paths by name.
	Programs map[string]string
	// Definitions is the folder of CustomResourceDefinitions, Data that of the stand-ins, Cache that of
	// snapshots, and Work an empty folder.
	Definitions, Data, Cache, Work string
	Engine, Environment            string
	// Fatal is part of a message that no valid tree shows. It ends a wait.
	Fatal string
}

// Engine applies a tree.
type Engine interface {
	Commit(ctx context.Context, tree string) error
	Roots(ctx context.Context) ([]kube.Root, error)
	Suspend()
}

// World is a running rehearsal.
type World struct {
	Settings Settings
	Plane    *plane.Plane
	Cluster  *kube.Cluster
	Azure    *azure.Azure
	Nodes    *nodes.Autoscaler
	Kubelet  *kubelet.Kubelet
	Releases *helm.Releases
	Operator *aso.Operator
	Engine   Engine
	Shell    page.Shell
	// Tree is the newest commit, and Copy the copy that the engine reads.
	Tree tree.Tree
	Copy string
	Log  *os.File

	definitions kube.Definitions
	charts      helm.Charts
	started     time.Time
	cancel      context.CancelFunc
	running     sync.WaitGroup
	closers     []func()
	guard       sync.Mutex
	failures    map[string]string
	later       []string
	commits     int
	chartsAt    string
}

// Start starts a control plane for the first tree, and all stand-ins. There are no nodes yet. later
// are trees that a later commit brings.
func Start(ctx context.Context, settings Settings, first string, later []string) (*World, error) {
	ctx, cancel := context.WithCancel(ctx)
	w := &World{
		Settings: settings, Tree: tree.Tree{Folder: first, Environment: settings.Environment},
		cancel: cancel, started: time.Now(), failures: map[string]string{}, later: later,
	}
	for _, step := range []func(context.Context) error{w.log, w.read, w.plane, w.connect, w.standIns, w.shell, w.assume, w.Prepare} {
		if err := step(ctx); err != nil {
			w.End()
			return nil, err
		}
	}
	return w, nil
}

// End ends the stand-ins and all programs.
func (w *World) End() {
	w.cancel()
	w.running.Wait()
	for _, one := range w.closers {
		one()
	}
	if w.Plane != nil {
		w.Plane.Group.End()
	}
}

func (w *World) log(context.Context) error {
	file, err := os.Create(filepath.Join(w.Settings.Work, "rehearsal.log"))
	w.Log = file
	return err
}

// Say writes a line with the time since the start to the log.
func (w *World) Say(format string, values ...any) {
	fmt.Fprintf(w.Log, "%6.1f s  %s\n", time.Since(w.started).Seconds(), fmt.Sprintf(format, values...))
}

// read reads the definitions, the roles and the charts.
func (w *World) read(context.Context) error {
	var err error
	if w.definitions, err = kube.ReadDefinitions(w.Settings.Definitions); err != nil {
		return err
	}
	roles, err := azure.ReadRoles(w.data("roles.json"))
	if err != nil {
		return err
	}
	w.Azure = azure.New(w.Tree.Subscription(), roles)
	objects, err := w.allObjects()
	if err != nil {
		return err
	}
	w.charts, err = helm.Prepare(w.data("charts"), filepath.Join(w.Settings.Work, "charts"), w.definitions, tree.Used(objects))
	return err
}

func (w *World) data(name string) string {
	return filepath.Join(w.Settings.Data, name)
}

// connect connects to the API server and starts the controllers of Kubernetes.
func (w *World) connect(context.Context) error {
	var err error
	if w.Cluster, err = kube.Connect(w.Plane.Server, plane.Token); err != nil {
		return err
	}
	return w.Plane.Controllers(w.data("stages.yaml"))
}

// standIns makes all stand-ins and starts their loops.
func (w *World) standIns(ctx context.Context) error {
	sizes, err := nodes.ReadSizes(w.data("sizes.json"))
	if err != nil {
		return err
	}
	data, err := aso.ReadData(w.data("azure.json"))
	if err != nil {
		return err
	}
	objects, err := w.allObjects()
	if err != nil {
		return err
	}
	w.Nodes = &nodes.Autoscaler{Cluster: w.Cluster, Azure: w.Azure, Sizes: sizes, Region: w.Tree.Region()}
	w.Kubelet = &kubelet.Kubelet{Cluster: w.Cluster}
	w.Releases = &helm.Releases{Cluster: w.Cluster, Helm: w.Settings.Programs["helm"], Charts: w.charts, Broken: map[string]string{}}
	w.Operator = &aso.Operator{Cluster: w.Cluster, Azure: w.Azure, Data: data, Definitions: w.definitions, Kinds: tree.Kinds(objects, ".azure.com"), Named: tree.Definitions(objects)}
	w.loop(ctx, "kinds", w.Cluster.Watch())
	w.loop(ctx, "nodes", w.Nodes.Step)
	w.loop(ctx, "kubelet", w.Kubelet.Step)
	w.loop(ctx, "azure service operator", w.Operator.Step)
	w.loop(ctx, "external secrets", (&eso.Controller{Cluster: w.Cluster, Azure: w.Azure}).Step)
	w.loop(ctx, "operators", operators.Operators{Cluster: w.Cluster}.Step)
	return nil
}

// allObjects returns the objects of all trees.
func (w *World) allObjects() ([]*kube.Object, error) {
	var objects []*kube.Object
	for _, folder := range append([]string{w.Tree.Folder}, w.later...) {
		more, err := tree.Tree{Folder: folder, Environment: w.Settings.Environment}.Objects()
		if err != nil {
			return nil, err
		}
		objects = append(objects, more...)
	}
	return objects, nil
}

// assume makes the resources of the other environments, which a tree may refer to.
func (w *World) assume(context.Context) error {
	others, err := w.Tree.Others()
	if err != nil {
		return err
	}
	return w.Operator.Assume(others)
}
